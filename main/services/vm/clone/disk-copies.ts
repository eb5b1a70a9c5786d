import { copyFile, link, mkdir, stat } from 'node:fs/promises'
import { constants } from 'node:fs'
import { dirname } from 'node:path'

import { z } from 'zod'

import { syncFile } from '../../../system/files/write-durable-file.ts'
import { runCommand } from '../../../system/process/run-command.ts'
import type { JobWork } from '../../jobs/job-control.ts'
import { runQemuImg } from '../../qemu/run-sandboxed.ts'

export type Work = Pick<JobWork, 'signal' | 'progress' | 'log'>

/** How often a copy's size is looked at, in ms: no event tells it. */
const LOOK_MS = 250
const STAT_BLOCK_BYTES = 512

/** A disk to be read: its file, the frozen ones below it, and which state of it. */
export interface DiskSource {
  readonly file: string
  readonly format: string
  readonly below: readonly string[]
  /** Tag of a snapshot inside it; undefined: its present state. */
  readonly tag?: string | undefined
}

/** Copies a file that nobody writes: shares its blocks where the file system can, else byte by byte with its holes. */
export async function copyWhole(source: string, target: string, work: Work): Promise<void> {
  await mkdir(dirname(target), { recursive: true, mode: 0o700 })
  await watched('Copying', source, target, work, async () => {
    await runCommand(['cp', '--reflink=auto', '--sparse=auto', '--no-preserve=all', '--', source, target], {
      signal: work.signal,
    })
  })
  await syncFile(target)
}

/** Reads a disk, or a state inside it, into a new qcow2 that needs no other file. */
export async function convertDisk(source: DiskSource, target: string, work: Work): Promise<void> {
  await mkdir(dirname(target), { recursive: true, mode: 0o700 })
  const state = source.tag === undefined ? [] : ['-l', `snapshot.name=${source.tag}`]
  await watched('Copying', source.file, target, work, async () => {
    // -U: a machine may run with it; the states inside are never written, and the present one is only read at rest.
    const args = ['convert', '-U', '-f', source.format, ...state, '-O', 'qcow2', source.file, target]
    await runQemuImg(
      args,
      { readOnly: [source.file, ...source.below], writableFolder: dirname(target) },
      { signal: work.signal },
    )
  })
  await syncFile(target)
}

/** Proves that a guest reads the same from both. Throws CommandError when it does not. */
export async function proveEqual(source: DiskSource, copy: string, copyFormat: string, work: Work): Promise<void> {
  work.progress({ phase: 'Comparing' })
  await runQemuImg(
    ['compare', '-q', '-f', source.format, '-F', copyFormat, source.file, copy],
    { readOnly: [source.file, ...source.below, copy] },
    { signal: work.signal },
  )
}

/** An empty qcow2 upon a frozen disk. `backingName` goes into its header, relative to its own folder. */
export async function makeLayer(
  layer: { readonly target: string; readonly backingName: string },
  below: readonly string[],
): Promise<void> {
  await mkdir(dirname(layer.target), { recursive: true, mode: 0o700 })
  const args = ['create', '-q', '-f', 'qcow2', '-b', layer.backingName, '-F', 'qcow2', layer.target]
  await runQemuImg(args, { readOnly: below, writableFolder: dirname(layer.target) })
  await syncFile(layer.target)
}

/** For files that are never written: another name for the same file where the file system allows it, else a copy. */
export async function linkOrCopy(source: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true, mode: 0o700 })
  await link(source, target).catch(async () => {
    await copyFile(source, target, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL)
    await syncFile(target)
  })
}

const mapSchema = z.array(z.object({ depth: z.number(), present: z.boolean().optional(), data: z.boolean() }))

/** Whether nothing was ever written to a layer: all it gives comes from below. */
export async function isEmptyLayer({ file, below }: Pick<DiskSource, 'file' | 'below'>): Promise<boolean> {
  const { stdout } = await runQemuImg(['map', '-f', 'qcow2', '--output=json', file], { readOnly: [file, ...below] })
  return mapSchema.parse(JSON.parse(stdout)).every(({ depth, present, data }) => depth > 0 || !(present ?? data))
}

/** Room that a file takes, in bytes. */
export async function allocatedBytes(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.blocks ?? 0
}

async function watched(
  phase: string,
  source: string,
  target: string,
  work: Work,
  run: () => Promise<void>,
): Promise<void> {
  const totalBytes = (await allocatedBytes(source)) * STAT_BLOCK_BYTES
  work.progress({ phase, doneBytes: 0, totalBytes })
  const timer = setInterval(() => {
    void allocatedBytes(target).then((blocks) =>
      work.progress({ phase, doneBytes: Math.min(totalBytes, blocks * STAT_BLOCK_BYTES), totalBytes }),
    )
  }, LOOK_MS)
  try {
    await run()
  } finally {
    clearInterval(timer)
  }
}
