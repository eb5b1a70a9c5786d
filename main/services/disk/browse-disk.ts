import { createReadStream } from 'node:fs'
import { mkdir, mkdtemp, open, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

import { type InnerEntry, LISTED_MAX } from '#contract/disk-files'
import { isReadable, type ReadableFileSystem, readableFileSystems } from '#contract/readable-file-systems'
import { type FileTree, readListing } from '../../domain/disk/read-listing.ts'
import { syncFile } from '../../system/files/write-durable-file.ts'
import type { JobWork } from '../jobs/job-control.ts'
import type { JobOutcome } from '../jobs/job-service.ts'
import { RefusedError } from '../refused-error.ts'
import type { DiskContext } from './disk-context.ts'
import { measurePlace } from './measure-place.ts'
import { openSource, type SourceDisk } from './open-source.ts'
import { readDiskContent } from './read-disk-content.ts'
import { refuseInUse } from './refuse-in-use.ts'
import { readText, runReader } from './run-reader.ts'
import { printable } from './walk-chain.ts'
import { openWorkFolder, refuseExisting } from './work-folder.ts'

/** A listing that takes longer is of a disk that is damaged on purpose, in ms. */
const LIST_LIMIT_MS = 180_000
const MAX_LISTING_BYTES = 64 * 1024 * 1024
/** Listings that are kept, the newest. */
const KEPT = 4
/** Left free while files are copied out, in bytes. */
const RESERVE_BYTES = 64 * 1024 * 1024

export interface InnerPlace {
  readonly path: string
  readonly backing: readonly string[]
  readonly partition: number
}

interface Listed {
  readonly tree: FileTree
  readonly more: boolean
}

/** Reads files inside disks through a small guest; keeps the last listings, so that walking through folders is quick. */
export function createDiskBrowser() {
  const kept = new Map<string, Listed>()
  const keyOf = async ({ path, partition }: InnerPlace) => {
    const { mtimeMs, size, ino } = await stat(path)
    return JSON.stringify([path, partition, mtimeMs, size, ino])
  }
  return {
    async list(place: InnerPlace, context: DiskContext, work: JobWork): Promise<JobOutcome> {
      const key = await keyOf(place)
      const { fileSystem, source } = await openInner(place, context, work.signal)
      work.progress({ phase: `Reading the ${fileSystem} in a guest of its own` })
      const scratch = await mkdtemp(join(tmpdir(), 'petri-reader-'))
      try {
        const out = await runReader({
          ...{ source, fileSystem, partition: place.partition, scratch, starterFolder: context.starterFolder },
          ...{ wish: { kind: 'list', most: LISTED_MAX }, signal: work.signal, timeoutMs: LIST_LIMIT_MS },
        })
        const { tree, entries, more } = readListing(await readText(out, MAX_LISTING_BYTES), LISTED_MAX)
        kept.delete(key)
        kept.set(key, { tree, more })
        for (const old of [...kept.keys()].slice(0, -KEPT)) kept.delete(old)
        const most = more ? `, of more than ${LISTED_MAX}` : ''
        return { summary: `${entries} entries in the ${fileSystem}${most}.`, result: { fileSystem, entries, more } }
      } finally {
        await rm(scratch, { recursive: true, force: true })
      }
    },

    async folder(place: InnerPlace, folder: string): Promise<{ entries: InnerEntry[]; more: boolean }> {
      const listed = kept.get(await keyOf(place).catch(() => ''))
      const entries = listed?.tree.get(folder)
      if (listed && entries) return { entries: [...entries], more: listed.more }
      throw new RefusedError({
        code: 'not-found',
        title: listed ? `There is no folder ${printable(folder)} on this disk` : 'This disk has not been listed',
        cure: listed
          ? { text: 'Look at the folder above it.' }
          : { text: 'List its files first.', command: 'petri disk files FILE' },
      })
    },

    async copyOut(
      place: InnerPlace & { readonly names: readonly string[]; readonly target: string },
      context: DiskContext,
      work: JobWork,
    ): Promise<JobOutcome> {
      const { names, partition, target } = place
      await refuseExisting(target)
      const { fileSystem, source } = await openInner(place, context, work.signal)
      const { freeBytes } = await measurePlace(target)
      await using folder = await openWorkFolder(target, context.journal)
      const scratch = join(folder.path, 'reader')
      await mkdir(scratch)
      const list = names.map((name) => (name === '' ? './' : `./${name}`)).join('\n') + '\n'
      work.progress({ phase: `Reading the ${fileSystem} in a guest of its own` })
      const wish = { kind: 'pack', bytes: Buffer.byteLength(list) } as const
      const out = await runReader({
        ...{ source, fileSystem, partition, scratch, wish, names: list },
        ...{ starterFolder: context.starterFolder, signal: work.signal },
      })
      const made = join(folder.path, basename(target))
      await mkdir(made)
      const packed = (await stat(out)).size
      if (packed > freeBytes - packed - RESERVE_BYTES)
        throw new RefusedError({ code: 'no-space', title: 'There is not enough space for the files' })
      const taken = await unpack(out, made, work)
      await syncFile(made)
      await refuseExisting(target)
      await rename(made, target)
      const left = taken.leftOut.length === 0 ? '' : ` ${taken.leftOut.length} links and special files stayed behind.`
      return {
        summary: `Copied ${taken.files} ${taken.files === 1 ? 'file' : 'files'} to ${basename(target)}.${left}`,
        result: { target, ...taken, leftOut: taken.leftOut.slice(0, 100) },
      }
    },
  }
}

async function openInner(
  { backing, partition, path }: InnerPlace,
  context: DiskContext,
  signal: AbortSignal,
): Promise<{ source: SourceDisk; fileSystem: ReadableFileSystem }> {
  const source = await openSource({ path, backing })
  refuseInUse(source.files, context)
  const { fileSystem: whole, partitions } = await readDiskContent(source, signal)
  const found = partition === 0 ? whole : partitions.find(({ number }) => number === partition)?.fileSystem
  if (found && isReadable(found.type)) return { source, fileSystem: found.type }
  const where = partition === 0 ? 'over the whole disk' : `in partition ${partition}`
  throw new RefusedError({
    code: 'invalid',
    title: `The files of ${printable(basename(path))} cannot be read`,
    evidence: found ? `It holds ${found.type} ${where}` : `There is no file system that Petri knows ${where}`,
    cause: `Petri reads ${readableFileSystems.join(', ')}.`,
    cure:
      partition === 0 && partitions.length > 0
        ? {
            text: `Name one of its partitions: ${partitions.map(({ number }) => number).join(', ')}.`,
            command: '--partition N',
          }
        : { text: 'Make a machine of the disk, and let its own system read them.', command: 'petri disk machine FILE' },
  })
}

/** Takes files and folders out of the archive that the guest wrote, under their own names, below `folder` alone. */
async function unpack(path: string, folder: string, work: JobWork) {
  const { extract } = await import('tar-stream')
  const { size } = await stat(path)
  const leftOut: string[] = []
  let [files, bytes] = [0, 0]
  const tar = extract()
  const input = createReadStream(path, { signal: work.signal })
  input.on('error', (error) => tar.destroy(error)).pipe(tar)
  try {
    for await (const entry of tar) {
      const { mode, name, type } = entry.header
      const names = name.split('/').filter((part) => part !== '' && part !== '.')
      if (names.some((part) => part === '..' || part.includes('\0')) || name.startsWith('/'))
        throw new RefusedError({ code: 'invalid', title: `A name leads out of the folder: ${printable(name)}` })
      const target = join(folder, ...names)
      if (type === 'directory') {
        await mkdir(target, { recursive: true, mode: 0o755 })
        entry.resume()
      } else if (type === 'file') {
        await mkdir(join(target, '..'), { recursive: true })
        await using file = await open(target, 'wx', (mode & 0o111) === 0 ? 0o644 : 0o755)
        for await (const chunk of entry) {
          if (!(chunk instanceof Uint8Array)) continue
          await file.writeFile(chunk)
          bytes += chunk.length
        }
        await file.sync()
        files += 1
        work.progress({ phase: 'Unpacking', doneBytes: bytes, totalBytes: size })
        await work.pausePoint()
      } else {
        leftOut.push(printable(name))
        entry.resume()
      }
    }
  } catch (error) {
    if (error instanceof RefusedError || work.signal.aborted) throw error
    throw new RefusedError(
      {
        code: 'command-failed',
        title: 'The files could not be unpacked',
        evidence: printable(error instanceof Error ? error.message : String(error)),
      },
      error,
    )
  } finally {
    input.destroy()
  }
  return { files, bytes, leftOut }
}
