import type { FileHandle } from 'node:fs/promises'

import { type ImageFacts, readImageFacts } from '../../domain/disk/image-facts.ts'
import type { ReadAt } from '../../domain/disk/read-at.ts'
import { openRegularFile, type OtherKind } from '../../system/files/open-regular-file.ts'

/** A file and what it says about itself; its names are not followed. */
export interface LookedAt {
  readonly facts: ImageFacts
  readonly sizeBytes: number
  /** On the host's disk. */
  readonly allocatedBytes: number
}

/** Reads a file's own words. Returns the kind of what is no regular file. Throws the file system's error. */
export async function lookAtFile(path: string): Promise<LookedAt | OtherKind> {
  const file = await openRegularFile(path)
  if (typeof file === 'string') return file
  try {
    const { size, blocks } = await file.stat()
    return { facts: await readImageFacts(readFrom(file), size), sizeBytes: size, allocatedBytes: blocks * 512 }
  } finally {
    await file.close()
  }
}

/** Reads of an open file, in the form that the domain asks for. */
export function readFrom(file: FileHandle): ReadAt {
  return async (offset, length) => {
    if (!Number.isSafeInteger(offset) || offset < 0) throw new RangeError('an offset beyond any file')
    const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, offset)
    return buffer.subarray(0, bytesRead)
  }
}
