import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

/** SHA-256 of a file in hex. `onBytes` gets the size of each piece; `pausePoint` may hold it between two. */
export async function sha256OfFile(
  path: string,
  options: {
    readonly signal: AbortSignal
    readonly onBytes?: (count: number) => void
    readonly pausePoint?: () => Promise<void>
  },
): Promise<string> {
  const hash = createHash('sha256')
  const stream = createReadStream(path, { highWaterMark: 1_048_576, signal: options.signal })
  for await (const chunk of stream) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('a file gives bytes')
    hash.update(chunk)
    options.onBytes?.(chunk.length)
    await options.pausePoint?.()
  }
  return hash.digest('hex')
}
