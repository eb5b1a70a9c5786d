/**
 * The newest `capacity` bytes of a stream, addressed by their offset in the whole stream.
 * Bytes are copied in and out, so that neither the source's nor a viewer's buffers are kept alive.
 */
export interface HistoryRing {
  /** Offset of the oldest byte kept. */
  readonly start: number
  /** Offset after the newest byte: the length of the stream so far. */
  readonly end: number
  append(bytes: Uint8Array): void
  /** A copy of at most `maxBytes` bytes from `offset`, which must lie between `start` and `end`. */
  read(offset: number, maxBytes: number): Uint8Array
  /** Offset after the first newline at or after `offset`, looked for in `maxBytes`; `offset` itself without one. */
  nextLine(offset: number, maxBytes: number): number
}

const NEWLINE = 0x0a

/** Memory is taken on the first byte; a quiet machine costs nothing. */
export function createHistoryRing(capacity: number): HistoryRing {
  let store = new Uint8Array(0)
  let end = 0
  let kept = 0

  function read(offset: number, maxBytes: number): Uint8Array {
    const length = Math.min(maxBytes, end - offset)
    const bytes = new Uint8Array(length)
    if (length === 0) return bytes
    const from = offset % capacity
    const first = Math.min(length, capacity - from)
    bytes.set(store.subarray(from, from + first))
    bytes.set(store.subarray(0, length - first), first)
    return bytes
  }

  return {
    get start() {
      return end - kept
    },
    get end() {
      return end
    },
    append(bytes) {
      if (store.length === 0) store = new Uint8Array(capacity)
      const tail = bytes.subarray(Math.max(0, bytes.length - capacity))
      const at = (end + bytes.length - tail.length) % capacity
      const first = Math.min(tail.length, capacity - at)
      store.set(tail.subarray(0, first), at)
      store.set(tail.subarray(first), 0)
      end += bytes.length
      kept = Math.min(capacity, kept + bytes.length)
    },
    read,
    nextLine(offset, maxBytes) {
      const newline = read(offset, maxBytes).indexOf(NEWLINE)
      return newline < 0 ? offset : offset + newline + 1
    },
  }
}
