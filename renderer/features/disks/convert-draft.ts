import type { CallParams } from '#contract/api'
import type { DiskCompression, DiskPreset, TargetFormat } from '#contract/disk'

import { presetWords, suggestTarget } from './disk-words.ts'

/** What the wizard's form holds. */
export interface ConvertDraft {
  readonly source: string
  readonly target: string
  /** A destination, or `format` for one's own choice. */
  readonly purpose: DiskPreset | 'format'
  readonly format: TargetFormat
  readonly compress: DiskCompression
  /** Of the format, in QEMU's words. */
  readonly options: Readonly<Record<string, string>>
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
    options: {},
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
    options: draft.options,
    verify,
    confirmDevice,
    backing: draft.allowChain ? [...below] : [],
  }
}

/** The format that will be made. */
export const formatOf = ({ purpose, format }: Pick<ConvertDraft, 'purpose' | 'format'>): TargetFormat =>
  purpose === 'format' ? format : presetWords[purpose].format
