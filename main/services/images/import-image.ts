import { createHash, randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'

import type { JobWork } from '../jobs/job-control.ts'
import { RefusedError } from '../refused-error.ts'
import { checkImage } from './check-image.ts'
import type { ImageRecord, ImageStore } from './image-store.ts'

const CHUNK_BYTES = 1024 * 1024

export interface ImportWish {
  readonly path: string
  readonly sha256?: string | undefined
  readonly title?: string | undefined
  readonly architecture?: string | undefined
}

/**
 * Copies a file of this computer into the store, looked at and hashed on the way. Throws RefusedError, or the file
 * system's error; then nothing of it is left.
 */
export async function importImage(
  { store, now }: { readonly store: ImageStore; readonly now: () => Date },
  wish: ImportWish,
  work: JobWork,
): Promise<ImageRecord> {
  // Without O_NONBLOCK, opening a FIFO would wait for its other end for ever.
  const source = await open(wish.path, constants.O_RDONLY | constants.O_NONBLOCK)
  const copy = join(store.partsFolder, `import-${randomBytes(6).toString('hex')}.part`)
  try {
    const found = await source.stat()
    if (!found.isFile()) throw notAFile(wish.path)
    const look = await checkImage(wish.path, undefined, wish.path)
    const { digest, sizeBytes } = await copyAndHash(source, copy, found.size, work)
    if (wish.sha256 !== undefined && wish.sha256 !== digest) throw otherDigest(wish.path, wish.sha256, digest)
    // Again, as a copy: the file may have been exchanged since.
    await checkImage(copy, look, wish.path)
    const record: ImageRecord = {
      digest,
      ...look,
      os: '',
      release: '',
      variant: '',
      architecture: wish.architecture ?? '',
      title: wish.title ?? basename(wish.path).slice(0, 200),
      sizeBytes,
      ...(wish.sha256 === undefined
        ? { trust: 'none', trustNote: 'Imported from this computer' }
        : { trust: 'pinned', trustNote: 'Imported from this computer; its digest is the one that you named' }),
      source: wish.path,
      addedAt: now().toISOString(),
    }
    const same = await store.get(digest)
    if (same) return same
    work.signal.throwIfAborted()
    await store.add(copy, record)
    return record
  } finally {
    await source.close()
    await rm(copy, { force: true })
  }
}

async function copyAndHash(source: FileHandle, copy: string, totalBytes: number, work: JobWork) {
  const target = await open(copy, 'wx', 0o600)
  try {
    const hash = createHash('sha256')
    const chunk = new Uint8Array(CHUNK_BYTES)
    let sizeBytes = 0
    for (;;) {
      await work.pausePoint()
      const { bytesRead } = await source.read(chunk, 0, CHUNK_BYTES, sizeBytes)
      if (bytesRead === 0) break
      const bytes = chunk.subarray(0, bytesRead)
      hash.update(bytes)
      let done = 0
      while (done < bytesRead) done += (await target.write(bytes, done, bytesRead - done)).bytesWritten
      sizeBytes += bytesRead
      work.progress({ phase: 'Copying', doneBytes: sizeBytes, totalBytes: Math.max(totalBytes, sizeBytes) })
    }
    await target.sync()
    return { digest: hash.digest('hex'), sizeBytes }
  } finally {
    await target.close()
  }
}

const notAFile = (path: string) =>
  new RefusedError({
    code: 'bad-request',
    title: 'Only a file can be imported',
    evidence: `${path} is a folder, a device, a pipe or a socket`,
    cure: { text: 'Name the image file itself.' },
  })

const otherDigest = (path: string, wanted: string, got: string) =>
  new RefusedError({
    code: 'command-failed',
    title: 'The file has another digest than you named',
    evidence: `${path}: expected sha256 ${wanted}, got ${got}`,
    cause: 'It is another file, or it is damaged.',
    cure: { text: 'Fetch it again, or look the digest up at its publisher.' },
  })
