import { open, rename, stat, type FileHandle } from 'node:fs/promises'

/** An append-only file of bounded size: two generations on disk, the older one given up when the newer is full. */
export interface RotatingFile {
  /** Appends at the end; a new generation begins when the current one would pass half of the cap. One call at a time. */
  append(bytes: Uint8Array): Promise<void>
  /** The newest `maxBytes` over both generations, and how much both hold. */
  tail(maxBytes: number): Promise<{ readonly bytes: Uint8Array; readonly totalBytes: number }>
  close(): Promise<void>
}

/**
 * Opens or makes `path` (mode 0600); the older generation is `path` + `.old`. Renaming replaces it in one step, so a
 * crash leaves both generations or the newer one, never a half-cut file. Appends are not synced: after a power cut
 * the end may be missing.
 * @param header written at the beginning of each generation
 */
export async function openRotatingFile(path: string, maxBytes: number, header: Uint8Array): Promise<RotatingFile> {
  const olderPath = `${path}.old`
  let handle = await open(path, 'a+', 0o600)
  let size = (await handle.stat()).size
  if (size === 0) size += await appendAll(handle, header)

  return {
    async append(bytes) {
      if (size + bytes.length > maxBytes / 2 && size > header.length) {
        await rename(path, olderPath)
        const next = await open(path, 'a+', 0o600)
        await handle.close()
        handle = next
        size = await appendAll(handle, header)
      }
      size += await appendAll(handle, bytes)
    },
    async tail(wanted) {
      const newer = await readEnd(handle, Math.min(wanted, size))
      const olderSize = await sizeOf(olderPath)
      const missing = Math.min(wanted - newer.length, olderSize)
      const older = missing > 0 ? await readEndOf(olderPath, missing) : new Uint8Array(0)
      return { bytes: Buffer.concat([older, newer]), totalBytes: size + olderSize }
    },
    close: () => handle.close(),
  }
}

async function appendAll(handle: FileHandle, bytes: Uint8Array): Promise<number> {
  await handle.appendFile(bytes)
  return bytes.length
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0
    throw error
  }
}

async function readEndOf(path: string, length: number): Promise<Uint8Array> {
  const handle = await open(path, 'r')
  try {
    return await readEnd(handle, length)
  } finally {
    await handle.close()
  }
}

async function readEnd(handle: FileHandle, length: number): Promise<Uint8Array> {
  const { size } = await handle.stat()
  const wanted = Math.min(length, size)
  const bytes = new Uint8Array(wanted)
  let filled = 0
  while (filled < wanted) {
    const { bytesRead } = await handle.read(bytes, filled, wanted - filled, size - wanted + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return bytes.subarray(0, filled)
}
