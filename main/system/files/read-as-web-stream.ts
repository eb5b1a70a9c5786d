import { createReadStream } from 'node:fs'

/** A file's bytes as the kind of stream that browsers have, for libraries that read nothing else. */
export function readAsWebStream(path: string): ReadableStream<Uint8Array> {
  const chunks = createReadStream(path, { highWaterMark: 1024 * 1024 })[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await chunks.next()
      if (next.done === true) controller.close()
      else if (next.value instanceof Uint8Array) controller.enqueue(next.value)
    },
    async cancel() {
      await chunks.return?.()
    },
  })
}
