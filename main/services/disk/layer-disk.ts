import { realpath } from 'node:fs/promises'
import { basename, dirname, relative } from 'node:path'

import type { JobWork } from '../jobs/job-control.ts'
import type { JobOutcome } from '../jobs/job-service.ts'
import { workLimits } from '../qemu/run-disk-tool.ts'
import { RefusedError } from '../refused-error.ts'
import type { DiskContext } from './disk-context.ts'
import { openSource } from './open-source.ts'
import { runForJob } from './pausable-tool.ts'
import { refuseInUse } from './refuse-in-use.ts'

interface RebaseWish {
  readonly path: string
  readonly backing: readonly string[]
  readonly to?: string | undefined
  readonly nameOnly: boolean
}

/** Puts a layer over another disk, or over none; what it shows stays the same. */
export async function rebaseDisk(wish: RebaseWish, context: DiskContext, work: JobWork): Promise<JobOutcome> {
  const to = wish.to === undefined ? undefined : await openSource({ path: wish.to, backing: wish.backing })
  const source = await openLayer(wish, wish.nameOnly)
  refuseInUse([source.path], context, true)
  if (to?.files.includes(source.path)) throw intoItself(source.path)
  const below = to ? [relative(dirname(source.path), to.path), '-F', to.format] : ['']
  const readOnly = [...new Set([...source.files.slice(1), ...(to?.files ?? [])])]
  await runForJob(
    work,
    'Rebasing',
    ['qemu-img', 'rebase', '-p', ...(wish.nameOnly ? ['-u'] : []), '-f', source.format, '-b', ...below, source.path],
    {
      readOnly,
      writable: [source.path],
      limits: workLimits,
      totalBytes: wish.nameOnly ? undefined : source.virtualBytes,
    },
  )
  const where = to ? `lies over ${basename(to.path)}` : 'stands alone'
  return {
    summary: `${basename(source.path)} ${where} now.`,
    result: { path: source.path, ...(to && { to: to.path }) },
  }
}

/** Writes what a layer changed into the disk below it. */
export async function commitDisk(
  wish: { readonly path: string; readonly backing: readonly string[] },
  context: DiskContext,
  work: JobWork,
): Promise<JobOutcome> {
  const source = await openSource(wish)
  const below = source.chain[1]
  if (!below)
    throw new RefusedError({
      code: 'invalid',
      title: `${basename(source.path)} is no layer`,
      evidence: 'There is no disk below it to write into.',
    })
  refuseInUse([source.path, below.path], context, true)
  await runForJob(work, 'Committing', ['qemu-img', 'commit', '-p', '-f', source.format, source.path], {
    readOnly: source.files.slice(2),
    writable: [source.path, below.path],
    limits: workLimits,
    totalBytes: source.virtualBytes,
  })
  return {
    summary: `${basename(below.path)} holds what ${basename(source.path)} changed.`,
    result: { path: source.path, into: below.path },
  }
}

/** For a new name alone, the old name may lead nowhere any more. */
async function openLayer(wish: RebaseWish, nameOnly: boolean) {
  if (!nameOnly) return await openSource(wish)
  const path = await realpath(wish.path)
  try {
    return await openSource(wish)
  } catch (error) {
    const isMissingBelow = error instanceof RefusedError && /is missing|It needs/.test(error.failure.evidence ?? '')
    if (!isMissingBelow) throw error
    return { path, format: 'qcow2', files: [path], virtualBytes: undefined }
  }
}

function intoItself(path: string): RefusedError {
  return new RefusedError({
    code: 'invalid',
    title: `${basename(path)} cannot lie over itself`,
    evidence: 'The other disk needs this one.',
  })
}
