import { open } from 'node:fs/promises'

/** Pieces of this size that hold nothing but zeroes become holes, in bytes. */
const BLOCK_BYTES = 65_536

/** Writes a stream into a new file and leaves out what is zero. The caller closes it. */
export async function openSparseWriter(path: string) {
  const file = await open(path, 'wx', 0o600)
  const zeroes = Buffer.alloc(BLOCK_BYTES)
  let [size, written] = [0, 0]
  return {
    /** Bytes so far, with the holes and without them. */
    size: () => size,
    written: () => written,
    async write(chunk: Uint8Array): Promise<void> {
      for (let at = 0; at < chunk.length; at += BLOCK_BYTES) {
        const block = chunk.subarray(at, at + BLOCK_BYTES)
        if (zeroes.compare(block, 0, block.length, 0, block.length) !== 0) {
          for (let done = 0; done < block.length;) {
            done += (await file.write(block, done, block.length - done, size + done)).bytesWritten
          }
          written += block.length
        }
        size += block.length
      }
    },
    async close(): Promise<void> {
      try {
        await file.truncate(size)
      } finally {
        await file.close()
      }
    },
  }
}
