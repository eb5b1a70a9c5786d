import { chmod, stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'

import { type TargetFormat, targetFormatSchema } from '#contract/disk'
import type { JobWork } from '../jobs/job-control.ts'
import type { JobOutcome } from '../jobs/job-service.ts'
import { workLimits } from '../qemu/run-disk-tool.ts'
import { RefusedError } from '../refused-error.ts'
import type { DiskContext } from './disk-context.ts'
import { lookAtFile } from './look-at-file.ts'
import { openSource, type SourceDisk } from './open-source.ts'
import { runForJob } from './pausable-tool.ts'
import { conversionArgv, conversionFlags, insideWork, refuseWithoutSpace } from './plan-convert.ts'
import { refuseInUse } from './refuse-in-use.ts'
import { openWorkFolder, refuseExisting } from './work-folder.ts'

interface ChainWish {
  readonly path: string
  readonly backing: readonly string[]
}

/** Writes a disk anew without what it does not use, proves it equal, and puts it in the old one's place in one step. */
export async function compactDisk(
  wish: ChainWish & { readonly verify: boolean },
  context: DiskContext,
  work: JobWork,
): Promise<JobOutcome> {
  const source = await openSource(wish)
  refuseInUse([source.path], context, true)
  if (source.chain.length > 1) throw needsFlat(source, 'compact')
  if (source.files.length > 1 || source.subformat === 'fixed' || source.subformat === 'static')
    throw new RefusedError({
      code: 'invalid',
      title: `${basename(source.path)} cannot become smaller`,
      evidence: `Its kind (${source.subformat ?? source.format}) takes its whole size by design.`,
      cure: { text: 'Convert it to a growing kind.' },
    })
  const snapshots = await snapshotCount(source)
  if (snapshots > 0)
    throw new RefusedError({
      code: 'invalid',
      title: `${basename(source.path)} is not compacted`,
      evidence: `It holds ${snapshots} snapshots, which a rewrite would lose.`,
      cure: { text: 'Delete the snapshots first, or convert it to a new file and keep both.' },
    })
  const before = source.allocatedBytes
  await using folder = await openWorkFolder(source.path, context.journal)
  const made = insideWork(folder.path, source.path)
  await rewrite(source, made, source.path, work, wish.verify)
  const { mode } = await stat(source.path)
  await chmod(made, mode & 0o777)
  const after = (await stat(made)).blocks * 512
  if (after >= before)
    return {
      summary: `${basename(source.path)} is as small as it gets.`,
      result: { before, after: before, verified: wish.verify },
    }
  // Somebody may have opened it while it was copied.
  refuseInUse([source.path], context, true)
  await folder.replace(basename(source.path))
  return {
    summary: `${basename(source.path)} takes ${after} bytes now, before ${before}.`,
    result: { before, after, verified: wish.verify },
  }
}

/** One file out of a chain, equal to what the topmost file shows. */
export async function flattenDisk(
  wish: ChainWish & { readonly target: string },
  context: DiskContext,
  work: JobWork,
): Promise<JobOutcome> {
  await refuseExisting(wish.target)
  const source = await openSource(wish)
  refuseInUse(source.files, context)
  await using folder = await openWorkFolder(wish.target, context.journal)
  await rewrite(source, insideWork(folder.path, wish.target), wish.target, work, true)
  await folder.publish(basename(wish.target))
  return {
    summary: `Made ${basename(wish.target)} of ${source.chain.length} files, compared: equal.`,
    result: { source: wish.path, target: wish.target, files: source.chain.map((link) => link.path), verified: true },
  }
}

async function rewrite(source: SourceDisk, made: string, place: string, work: JobWork, verify: boolean): Promise<void> {
  const format = writable(source)
  const isStream = source.subformat === 'streamOptimized'
  const choice = {
    format,
    options: { ...(format === 'vpc' && { force_size: 'on' }), ...(isStream && { subformat: 'streamOptimized' }) },
    compress: 'none' as const,
    powerOfTwo: false,
  }
  await refuseWithoutSpace(source, choice, place, work.signal, false)
  const flags = await conversionFlags(source, choice, dirname(made), work.signal)
  const files = {
    readOnly: source.files,
    writable: [dirname(made)],
    limits: workLimits,
    totalBytes: source.virtualBytes,
  }
  await runForJob(work, 'Writing it anew', [...conversionArgv(flags, source, made)], files)
  if (!verify) return
  await runForJob(
    work,
    'Comparing both',
    ['qemu-img', 'compare', '-p', '-f', source.format, '-F', format, source.path, made],
    files,
  )
}

function writable(source: SourceDisk): TargetFormat {
  const format = targetFormatSchema.safeParse(source.format)
  if (format.success) return format.data
  throw new RefusedError({
    code: 'invalid',
    title: `${source.format} cannot be written`,
    cure: { text: 'Convert it to another format.' },
  })
}

async function snapshotCount(source: SourceDisk): Promise<number> {
  const looked = await lookAtFile(source.path)
  return typeof looked === 'string' ? 0 : (looked.facts.snapshotCount ?? 0)
}

/** For work that means one file, asked of a layer. */
export function needsFlat(source: SourceDisk, what: string): RefusedError {
  return new RefusedError({
    code: 'invalid',
    title: `${basename(source.path)} is a layer over another disk`,
    evidence: `It needs ${source.chain
      .slice(1)
      .map((link) => basename(link.path))
      .join(', ')
      .slice(0, 150)}`,
    cure: { text: `Flatten it to a file of its own, then ${what} that.` },
  })
}
