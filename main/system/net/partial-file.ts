import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readFile, rm } from 'node:fs/promises'

import { writeDurableFile } from '../files/write-durable-file.ts'

/** What has to be known to go on with a download later: it is for this address and this version of the file alone. */
export interface ResumePoint {
  readonly url: string
  /** A strong ETag, or the date of the last change. */
  readonly validator: string
  readonly totalBytes: number | undefined
}

export type DigestName = 'sha256' | 'sha512'

/** Written at once, in bytes: many small writes cost more than the network. */
const WRITE_BYTES = 1024 * 1024
/** The system is told to write what it holds back each time so much has come, while more comes: less waiting at the end. */
const SYNC_BYTES = 32 * 1024 * 1024

/** Open for one download. Bytes are hashed in the order in which they are in the file, from its beginning. */
export interface PartialFile {
  readonly sizeBytes: number
  readonly resume: ResumePoint | undefined
  /** Remembers how to go on; undefined: the server gave nothing to go on with. */
  remember(point: ResumePoint | undefined): Promise<void>
  append(bytes: Uint8Array): Promise<void>
  /** Everything appended is in the file. */
  flush(): Promise<void>
  /** Begins again with an empty file. */
  restart(): Promise<void>
  /** Flushes, makes the content last, and returns the digests. */
  finish(): Promise<ReadonlyMap<DigestName, string>>
  /** The file stays for another attempt. */
  close(): Promise<void>
}

/**
 * Opens the file of an unfinished download at `path`, with `<path>.json` beside it. What an earlier attempt left is used
 * when both are there and belong together, and is then read and hashed from the beginning.
 */
export async function openPartialFile(
  path: string,
  url: string,
  algorithms: readonly DigestName[],
): Promise<PartialFile> {
  const notePath = `${path}.json`
  let resume = await readNote(notePath, url)
  if (resume === undefined) await removePartialFile(path)
  const handle = await open(path, 'a+', 0o600)
  const newHashes = () => new Map(algorithms.map((name) => [name, createHash(name)]))
  let sizeBytes = (await handle.stat()).size
  let hashes = newHashes()
  if (sizeBytes > 0) await hashFile(path, sizeBytes, hashes)
  let waiting: Uint8Array[] = []
  let waitingBytes = 0
  let underWay: Promise<unknown> = Promise.resolve()
  let syncing: Promise<unknown> | undefined
  let unsyncedBytes = 0

  const write = async () => {
    await underWay
    if (waitingBytes === 0) return
    const batch = waiting
    waiting = []
    waitingBytes = 0
    // Not awaited here: the next bytes come while these are written.
    underWay = writeAll(batch)
    underWay.catch(() => undefined)
  }
  const writeAll = async (batch: readonly Uint8Array[]) => {
    const { bytesWritten } = await handle.writev(batch)
    unsyncedBytes += bytesWritten
    // The disk may take less than it is given, and says why when it is given the rest.
    const wanted = batch.reduce((sum, { length }) => sum + length, 0)
    const rest = bytesWritten < wanted ? Buffer.concat(batch).subarray(bytesWritten) : Buffer.alloc(0)
    let done = 0
    while (done < rest.length) done += (await handle.write(rest, done, rest.length - done)).bytesWritten
    if (unsyncedBytes < SYNC_BYTES || syncing) return
    unsyncedBytes = 0
    // A failure comes again with the sync at the end.
    syncing = handle
      .datasync()
      .catch(() => undefined)
      .then(() => (syncing = undefined))
  }
  const flush = async () => {
    await write()
    await underWay
  }

  return {
    /** With what is on its way to the disk. */
    get sizeBytes() {
      return sizeBytes
    },
    get resume() {
      return resume
    },
    async remember(point) {
      resume = point
      if (point === undefined) await rm(notePath, { force: true })
      else await writeDurableFile(notePath, JSON.stringify(point))
    },
    async append(bytes) {
      for (const hash of hashes.values()) hash.update(bytes)
      waiting.push(bytes)
      waitingBytes += bytes.length
      sizeBytes += bytes.length
      if (waitingBytes >= WRITE_BYTES) await write()
    },
    flush,
    async restart() {
      await flush()
      await handle.truncate(0)
      sizeBytes = 0
      hashes = newHashes()
    },
    async finish() {
      await flush()
      await handle.sync()
      return new Map([...hashes].map(([name, hash]) => [name, hash.digest('hex')]))
    },
    async close() {
      await flush().catch(() => undefined)
      await syncing
      await handle.close()
    },
  }
}

/** Removes an unfinished download and what was remembered of it. */
export async function removePartialFile(path: string): Promise<void> {
  await rm(path, { force: true })
  await rm(`${path}.json`, { force: true })
}

async function hashFile(path: string, sizeBytes: number, hashes: ReadonlyMap<DigestName, Hash>): Promise<void> {
  const stream = createReadStream(path, { end: sizeBytes - 1, highWaterMark: WRITE_BYTES })
  for await (const chunk of stream) {
    if (Buffer.isBuffer(chunk)) for (const hash of hashes.values()) hash.update(chunk)
  }
}

async function readNote(path: string, url: string): Promise<ResumePoint | undefined> {
  try {
    const note: unknown = JSON.parse(await readFile(path, 'utf8'))
    return isResumePoint(note) && note.url === url ? note : undefined
  } catch {
    return undefined
  }
}

function isResumePoint(note: unknown): note is ResumePoint {
  return (
    typeof note === 'object' &&
    note !== null &&
    'url' in note &&
    typeof note.url === 'string' &&
    'validator' in note &&
    typeof note.validator === 'string' &&
    (!('totalBytes' in note) || typeof note.totalBytes === 'number')
  )
}
