import { copyFile, constants, readdir, stat, truncate } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

import type { ConvertPlan, ConvertWish } from '#contract/disk'
import { presets } from '../../domain/disk/presets.ts'
import { shellQuote } from '../../domain/qemu/shell-quote.ts'
import { sha256OfFile } from '../../system/files/sha256-of-file.ts'
import type { JobWork } from '../jobs/job-control.ts'
import type { JobOutcome } from '../jobs/job-service.ts'
import { workLimits } from '../qemu/run-disk-tool.ts'
import { RefusedError } from '../refused-error.ts'
import type { DiskContext } from './disk-context.ts'
import { secretObject } from './own-secret-file.ts'
import { openSource, type SourceDisk } from './open-source.ts'
import { runForJob } from './pausable-tool.ts'
import {
  chosenConversion,
  conversionArgv,
  conversionFlags,
  imageOptions,
  insideWork,
  nextPowerOfTwo,
  refuseWithoutSpace,
  targetWish,
} from './plan-convert.ts'
import { refuseInUse } from './refuse-in-use.ts'
import { isPacked, unpackSource } from './unpack-source.ts'
import { openWorkFolder, refuseExisting } from './work-folder.ts'

/** A file with more holes than this is not digested: most of the time would go into zeroes. */
const MAX_DIGEST_SPARSENESS = 2

/** What a conversion would do, or the refusal that it would meet. */
export async function planConvert(wish: ConvertWish, context: DiskContext, signal: AbortSignal): Promise<ConvertPlan> {
  const choice = chosenConversion(targetWish(wish))
  const source = await openSource({ ...wish, path: wish.source, packed: true })
  await refuseExisting(wish.target)
  refuseInUse(source.files, context)
  const known = isPacked(source.format)
    ? await refuseWithoutSpace(source, { ...choice, format: 'raw', options: {} }, wish.target, signal, false)
    : await refuseWithoutSpace(source, choice, wish.target, signal, true)
  const flags = await conversionFlags(source, choice, dirname(wish.target), signal)
  const argv = conversionArgv(flags, source, wish.target)
  return {
    sourceFormat: source.format,
    format: choice.format,
    virtualBytes: source.virtualBytes ?? source.fileBytes,
    requiredBytes: known.requiredBytes,
    freeBytes: known.place.freeBytes,
    argv: [...argv],
    shell: shellQuote(argv),
    explained: [
      ...(wish.preset === undefined ? [] : [{ args: [], text: presets[wish.preset].why }]),
      ...flags.map(({ args, text }) => ({ args: [...args], text })),
    ],
  }
}

/** Refuses at once what can be refused at once, so that the caller hears it as the answer to the call. */
export async function checkConvert(wish: ConvertWish): Promise<void> {
  chosenConversion(targetWish(wish))
  await refuseExisting(wish.target)
  await openSource({ ...wish, path: wish.source, packed: true })
}

/** Converts, proves and places a disk. Whatever happens, the target is absent or complete. */
export async function convertDisk(wish: ConvertWish, context: DiskContext, work: JobWork): Promise<JobOutcome> {
  const startedMs = performance.now()
  const choice = chosenConversion(targetWish(wish))
  const packed = await openSource({ ...wish, path: wish.source, packed: true })
  await refuseExisting(wish.target)
  // Looking through all processes takes longer than the beginning of the work, which it need not hold up.
  const refuseWriters = () => refuseInUse(packed.files, context)
  if (isPacked(packed.format)) refuseWriters()
  await using unpacked = isPacked(packed.format) ? await unpackSource(packed, wish, context, work) : undefined
  const source = unpacked?.source ?? packed
  await refuseWithoutSpace(source, choice, wish.target, work.signal, false)
  await using folder = await openWorkFolder(wish.target, context.journal)
  const made = insideWork(folder.path, wish.target)
  await produce(source, choice, made, work, refuseWriters)
  if (choice.powerOfTwo) await growToPowerOfTwo(made)
  const digests = wish.verify ? await prove(source, made, choice.format, work, packed) : undefined
  work.progress({ phase: 'Writing it to the disk for good' })
  await work.pausePoint()
  const bytes = await allocatedIn(folder.path)
  await folder.publish(basename(wish.target))
  const seconds = Math.round(performance.now() - startedMs) / 1000
  return {
    summary: `Made ${basename(wish.target)} (${choice.format})${wish.verify ? ', compared with the source: equal' : ', not compared'}.`,
    result: {
      source: wish.source,
      target: wish.target,
      format: choice.format,
      seconds,
      bytes,
      verified: wish.verify,
      ...digests,
    },
  }
}

async function produce(
  source: SourceDisk,
  choice: ReturnType<typeof chosenConversion>,
  made: string,
  work: JobWork,
  meanwhile: () => void,
): Promise<void> {
  const isCopy =
    source.format === 'raw' && choice.format === 'raw' && Object.keys(choice.options).length === 0 && !source.isDevice
  if (isCopy && (await cloned(source.path, made))) {
    meanwhile()
    work.log('Copied by reference: this file system shares the data of both files until one changes.')
    return
  }
  const flags = await conversionFlags(source, choice, dirname(made), work.signal)
  for (const { args, text } of flags) work.log(`${args.join(' ')}${args.length > 0 ? ': ' : ''}${text}`)
  const argv = conversionArgv(flags, source, made)
  work.log(shellQuote(argv))
  await runForJob(work, 'Converting', [...argv], {
    readOnly: readOnlyFiles(source),
    ...(source.isDevice && { devices: source.files }),
    writable: [dirname(made)],
    limits: workLimits,
    totalBytes: source.virtualBytes,
    meanwhile,
  })
}

async function cloned(from: string, to: string): Promise<boolean> {
  return await copyFile(from, to, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL).then(
    () => true,
    () => false,
  )
}

async function growToPowerOfTwo(made: string): Promise<void> {
  const { size } = await stat(made)
  await truncate(made, nextPowerOfTwo(size))
}

/** Compares both disks sector by sector; digests of the files are made beside it. */
async function prove(source: SourceDisk, made: string, format: string, work: JobWork, original: SourceDisk) {
  const { signal } = work
  const files = {
    readOnly: [...readOnlyFiles(source), dirname(made)],
    ...(source.isDevice && { devices: source.files }),
  }
  const disks =
    source.secretFile === undefined
      ? ['-f', source.format, '-F', format, source.path, made]
      : [
          ...[...secretObject(source.secretFile), '--image-opts'],
          ...[imageOptions(source.format, source.path, true), imageOptions(format, made)],
        ]
  const argv = ['qemu-img', 'compare', '-p', ...disks] as const
  const compared = runForJob(work, 'Comparing with the source', [...argv], {
    ...files,
    limits: workLimits,
    totalBytes: source.virtualBytes,
  })
  const digest = async (path: string) =>
    (await isMostlyHoles(path)) ? undefined : await sha256OfFile(path, { signal, pausePoint: work.pausePoint })
  const results = await Promise.allSettled([
    compared,
    original.isDevice ? undefined : digest(original.path),
    digest(made),
  ])
  const [proof, sourceSha256, targetSha256] = results
  if (proof.status === 'rejected') throw proofError(proof.reason, made)
  const texts = [sourceSha256, targetSha256].map((each) => (each.status === 'fulfilled' ? each.value : undefined))
  if (sourceSha256.status === 'rejected') throw sourceSha256.reason
  if (targetSha256.status === 'rejected') throw targetSha256.reason
  if (texts[0] === undefined || texts[1] === undefined)
    work.log('Files that are mostly holes are compared and not digested.')
  return {
    ...(texts[0] !== undefined && { sourceSha256: texts[0] }),
    ...(texts[1] !== undefined && { targetSha256: texts[1] }),
  }
}

/** What a tool needs to open a disk that is a file. */
const readOnlyFiles = ({ files, isDevice, secretFile }: SourceDisk) =>
  isDevice ? [] : [...files, ...(secretFile === undefined ? [] : [secretFile])]

async function isMostlyHoles(path: string): Promise<boolean> {
  const { size, blocks } = await stat(path)
  return size > MAX_DIGEST_SPARSENESS * blocks * 512
}

/** qemu-img compare ends with 1 when the disks differ, and with more when it could not compare. */
function proofError(error: unknown, made: string): unknown {
  const isDifferent = error instanceof Error && 'exitCode' in error && error.exitCode === 1
  if (!isDifferent) return error
  return new RefusedError(
    {
      code: 'command-failed',
      title: `${basename(made)} is not equal to its source and was removed`,
      ...('stderrTail' in error &&
        typeof error.stderrTail === 'string' && { evidence: error.stderrTail.slice(0, 200) }),
      cause: 'The source changed meanwhile, or a disk of this computer returns wrong data.',
      cure: { text: 'Try again; if it happens twice, check the health of the disk.' },
    },
    error,
  )
}

async function allocatedIn(folder: string): Promise<number> {
  const sizes = await Promise.all((await readdir(folder)).map(async (file) => (await stat(join(folder, file))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}
