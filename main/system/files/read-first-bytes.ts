import { open } from 'node:fs/promises'

/** The first `maxBytes` of a file, fewer when it is shorter, none when there is no such file. */
export async function readFirstBytes(path: string, maxBytes: number): Promise<Uint8Array> {
  try {
    const handle = await open(path, 'r')
    try {
      const { buffer, bytesRead } = await handle.read(new Uint8Array(maxBytes), 0, maxBytes, 0)
      return buffer.subarray(0, bytesRead)
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return new Uint8Array(0)
    throw error
  }
}
