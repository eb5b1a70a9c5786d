import type { DiskCompression, DiskPreset, TargetFormat } from '#contract/disk'
import { optionProblem } from './format-options.ts'
import { presets } from './presets.ts'

/** What was measured before the flags are chosen. */
export interface ConversionFacts {
  readonly sourceFormat: string
  /** The source can be read past the page cache. */
  readonly sourceDirect: boolean
  /** The part of the source that lies in memory already, 0..1. */
  readonly sourceCached: number
  /** The target's file system takes direct writes. */
  readonly targetDirect: boolean
  /** The options that name the passphrase of an encrypted source; its file is then given as options too. */
  readonly secretArgs?: readonly string[] | undefined
}

export interface ConversionChoice {
  readonly format: TargetFormat
  readonly options: Readonly<Record<string, string>>
  readonly compress: DiskCompression
  readonly powerOfTwo: boolean
}

/** Options of `qemu-img convert` that belong together, with the reason for them. */
export interface ExplainedArgs {
  readonly args: readonly string[]
  readonly text: string
}

/** Above this part in memory, reading through the page cache is faster than from the disk. */
const MOSTLY_CACHED = 0.5

/** Joins the wish and its preset; gives the choice, or every problem with it as a sentence. */
export function chooseConversion(wish: {
  readonly format?: TargetFormat | undefined
  readonly preset?: DiskPreset | undefined
  readonly options: Readonly<Record<string, string>>
  readonly compress?: DiskCompression | undefined
}): ConversionChoice | { readonly problems: readonly string[] } {
  const preset = wish.preset === undefined ? undefined : presets[wish.preset]
  const format = wish.format ?? preset?.format
  if (format === undefined) return { problems: ['Neither a format nor a destination is given.'] }
  const fromPreset = preset?.format === format ? preset : undefined
  const options: Record<string, string> = {
    // Without it the size of a VHD is rounded to whole cylinders, and the disk is not the same any more.
    ...(format === 'vpc' && { force_size: 'on' }),
    ...fromPreset?.options,
    ...wish.options,
  }
  const problems = Object.entries(options).flatMap(([name, value]) => optionProblem(format, name, value) ?? [])
  const compress = wish.compress ?? fromPreset?.compress ?? 'none'
  if (compress !== 'none' && format !== 'qcow2')
    problems.push(`${format} cannot be compressed here; qcow2 can, and VMDK with subformat=streamOptimized always is.`)
  if (compress === 'zstd' && (options['compat'] === '0.10' || options['compat'] === 'v2'))
    problems.push('zstd needs compat=1.1.')
  if (compress !== 'none' && options['preallocation'] !== undefined && options['preallocation'] !== 'off')
    problems.push('A compressed disk cannot be preallocated.')
  if (problems.length > 0) return { problems }
  return { format, options, compress, powerOfTwo: fromPreset?.powerOfTwo ?? false }
}

/** The options of `qemu-img convert` between its name and the files, each with its reason. */
export function conversionArgs(choice: ConversionChoice, facts: ConversionFacts): readonly ExplainedArgs[] {
  const { format, compress } = choice
  const options = { ...choice.options, ...(compress === 'zstd' && { compression_type: 'zstd' }) }
  const optionText = Object.entries(options)
    .map(([name, value]) => `${name}=${value}`)
    .join(',')
  const fromMemory = facts.sourceCached >= MOSTLY_CACHED || !facts.sourceDirect
  return [
    { args: ['-p'], text: 'Says how far it is.' },
    fromMemory
      ? {
          args: [],
          text: facts.sourceDirect
            ? `The source is read through the page cache: ${Math.round(facts.sourceCached * 100)} % of it is in memory.`
            : 'The source is read through the page cache: its file system has no direct reads.',
        }
      : {
          args: ['-T', 'none'],
          text: 'Reads the source past the page cache, of which it is not a part now: one copy less.',
        },
    facts.targetDirect
      ? {
          args: ['-t', 'none'],
          text: 'Writes past the page cache: faster, and the rest of the system keeps its memory.',
        }
      : { args: [], text: 'The target is written through the page cache: its file system has no direct writes.' },
    {
      args: ['-W', '-m', '16'],
      text: 'Sixteen requests at a time, in any order: the disk, or the compressor, always has work.',
    },
    ...(compress === 'none'
      ? []
      : [
          {
            args: ['-c'],
            text: `Compresses each cluster with ${compress}${compress === 'zstd' ? ', several times faster than zlib; read by QEMU from 5.1 on' : ', which every QEMU reads'}.`,
          },
        ]),
    facts.secretArgs === undefined
      ? {
          args: ['-f', facts.sourceFormat],
          text: 'The format of the source, as its header was read; nothing is guessed again.',
        }
      : {
          args: [...facts.secretArgs, '--image-opts'],
          text: 'The source is encrypted: its passphrase comes from the file. The new disk is not encrypted.',
        },
    {
      args: ['-O', format, ...(optionText === '' ? [] : ['-o', optionText])],
      text: 'The format of the target, with its options.',
    },
  ]
}
