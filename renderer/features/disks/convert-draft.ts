import type { CallParams } from '#contract/api'
import type { DiskCompression, DiskPreset, TargetFormat } from '#contract/disk'

import { suggestTarget } from './disk-words.ts'

/** What the wizard's form holds. */
export interface ConvertDraft {
  readonly source: string
  readonly target: string
  /** A destination, or `format` for one's own choice. */
  readonly purpose: DiskPreset | 'format'
  readonly format: TargetFormat
  readonly compress: DiskCompression
  /** `name=value` with spaces between. */
  readonly options: string
  readonly verify: boolean
  /** Which disk of an appliance; empty: its first. */
  readonly member: string
  /** A file with the passphrase of an encrypted source. */
  readonly secretFile: string
  readonly confirmDevice: boolean
  /** The files below the source may be read. */
  readonly allowChain: boolean
}

/** What the form holds at first. */
export function emptyDraft(source: string): ConvertDraft {
  return {
    source,
    target: suggestTarget(source, 'qcow2'),
    purpose: 'qemu',
    format: 'qcow2',
    compress: 'none',
    options: '',
    verify: true,
    member: '',
    secretFile: '',
    confirmDevice: false,
    allowChain: false,
  }
}

/** The form as the call wants it. */
export function draftWish(draft: ConvertDraft, below: readonly string[]): CallParams<'disk.convert'> {
  const { source, target, purpose, format, compress, verify, confirmDevice } = draft
  return {
    source,
    target: target.trim(),
    ...(draft.secretFile.trim() !== '' && { secretFile: draft.secretFile.trim() }),
    ...(draft.member.trim() !== '' && { member: draft.member.trim() }),
    ...(purpose === 'format' ? { format, compress } : { preset: purpose }),
    options: Object.fromEntries(pairs(draft.options)),
    verify,
    confirmDevice,
    backing: draft.allowChain ? [...below] : [],
  }
}

/** What cannot be read as options; undefined when all can. */
export function optionsProblem(text: string): string | undefined {
  const strange = text.split(/\s+/).find((word) => word !== '' && !/^[a-z][a-z0-9_]*=\S+$/.test(word))
  return strange === undefined ? undefined : `${strange} is not name=value`
}

function pairs(text: string): readonly (readonly [string, string])[] {
  return text.split(/\s+/).flatMap((word): readonly (readonly [string, string])[] => {
    const [, name, value] = /^([a-z][a-z0-9_]*)=(\S+)$/.exec(word) ?? []
    return name === undefined || value === undefined ? [] : [[name, value]]
  })
}
