import { basename, join } from 'node:path'

import type { ConvertWish } from '#contract/disk'
import {
  type ConversionChoice,
  chooseConversion,
  conversionArgs,
  type ExplainedArgs,
} from '../../domain/disk/plan-conversion.ts'
import { lookLimits, runDiskTool } from '../qemu/run-disk-tool.ts'
import { RefusedError } from '../refused-error.ts'
import { secretObject } from './own-secret-file.ts'
import { cachedPart, measurePlace, type Place, refuseTooLarge, takesDirectIo } from './measure-place.ts'
import type { SourceDisk } from './open-source.ts'

/** Room for headers and tables beside the data of a disk, as a part of it and in bytes. */
const TABLES_PART = 0.01
const TABLES_BYTES = 8 * 1024 * 1024

/** The choice out of a wish. Throws RefusedError with every problem. */
export function chosenConversion(wish: Parameters<typeof chooseConversion>[0]): ConversionChoice {
  const choice = chooseConversion(wish)
  if (!('problems' in choice)) return choice
  throw new RefusedError({
    code: 'invalid',
    title: 'The disk cannot be made like this',
    problems: choice.problems.map((message) => ({
      field: 'options',
      code: 'option',
      severity: 'error' as const,
      message,
    })),
  })
}

/** The reasons and words of one `qemu-img convert`, for this source and this place. */
export async function conversionFlags(
  source: SourceDisk,
  choice: ConversionChoice,
  targetFolder: string,
  signal: AbortSignal,
): Promise<readonly ExplainedArgs[]> {
  const [sourceDirect, sourceCached, targetDirect] = await Promise.all([
    takesDirectIo(source.path, 'file'),
    cachedPart(source.path, signal),
    takesDirectIo(targetFolder, 'folder'),
  ])
  return conversionArgs(choice, {
    ...{ sourceFormat: source.format, sourceDirect, sourceCached, targetDirect },
    secretArgs: source.secretFile === undefined ? undefined : secretObject(source.secretFile),
  })
}

/**
 * What is written at most, by `qemu-img measure`, or by the disk's size where that cannot tell. Throws RefusedError when
 * it does not fit. Where even the whole disk would fit, nothing is measured.
 */
export async function refuseWithoutSpace(
  source: SourceDisk,
  choice: ConversionChoice,
  target: string,
  signal: AbortSignal,
  exact: boolean,
): Promise<{ readonly place: Place; readonly requiredBytes: number }> {
  const place = await measurePlace(target)
  const whole = wholeBytes(source.virtualBytes ?? source.fileBytes, choice)
  const limit = Math.min(place.freeBytes, place.maxFileBytes ?? Infinity)
  const spread = choice.options['subformat']?.startsWith('twoGb') ?? false
  const requiredBytes = exact || whole > limit ? Math.min(whole, await measure(source, choice, whole, signal)) : whole
  refuseTooLarge(target, place, requiredBytes, spread)
  return { place, requiredBytes }
}

function wholeBytes(virtualBytes: number, choice: ConversionChoice): number {
  const sizeBytes = choice.powerOfTwo ? nextPowerOfTwo(virtualBytes) : virtualBytes
  return Math.ceil(sizeBytes * (1 + TABLES_PART)) + TABLES_BYTES
}

async function measure(
  source: SourceDisk,
  choice: ConversionChoice,
  whole: number,
  signal: AbortSignal,
): Promise<number> {
  const isWritten = choice.options['subformat'] === 'fixed' || choice.options['static'] === 'on'
  const isSparseRaw = choice.format === 'raw' && (choice.options['preallocation'] ?? 'off') === 'off'
  if (isWritten || source.secretFile !== undefined) return whole
  // Other formats grow like qcow2; raw leaves the zeroes out as holes.
  const format = choice.format === 'raw' ? 'raw' : 'qcow2'
  if (isSparseRaw) return await measured(source, 'qcow2', whole, signal)
  return await measured(source, format, whole, signal)
}

async function measured(source: SourceDisk, format: string, whole: number, signal: AbortSignal): Promise<number> {
  const argv = ['qemu-img', 'measure', '--output=json', '-f', source.format, '-O', format, source.path] as const
  const text = await runDiskTool([...argv], { readOnly: source.files, limits: lookLimits, signal })
  const required = Number(/"required":\s*(\d+)/.exec(text)?.[1] ?? Number.NaN)
  // Tables of the other formats are not larger than this.
  return Number.isFinite(required) ? Math.ceil(required * (1 + TABLES_PART)) + TABLES_BYTES : whole
}

/** The whole command: where it reads and where it writes. */
export function conversionArgv(flags: readonly ExplainedArgs[], source: SourceDisk, target: string) {
  const from = source.secretFile === undefined ? source.path : imageOptions(source.format, source.path, true)
  return ['qemu-img', 'convert', ...flags.flatMap((flag) => flag.args), from, target] as const
}

/** A file in the words of `--image-opts`; `locked`: with the passphrase that is called `key`. */
export function imageOptions(format: string, path: string, locked = false): string {
  const file = path.replaceAll(',', ',,')
  return `driver=${format},${locked ? 'encrypt.key-secret=key,' : ''}file.driver=file,file.filename=${file}`
}

/** The next power of two that is not smaller, in bytes. */
export function nextPowerOfTwo(sizeBytes: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, sizeBytes)))
}

/** A target's name inside the folder where it is made. */
export const insideWork = (workPath: string, target: string) => join(workPath, basename(target))

/** The wish's own fields that choose the target. */
export const targetWish = ({ format, preset, options, compress }: ConvertWish) => ({
  format,
  preset,
  options,
  compress,
})
