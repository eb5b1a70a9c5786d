/** Collects small pieces into one batch; its memory follows the need and never passes the cap. */
export interface BatchBuffer {
  readonly length: number
  /** Copies the bytes in; false, and nothing taken, when the cap would be passed. */
  append(bytes: Uint8Array): boolean
  /** Forgets everything collected; returns how much that was, in bytes. */
  drop(): number
  /** Everything collected, which is then the caller's; the buffer is empty afterwards. */
  take(): Uint8Array
}

const FIRST_BYTES = 4096

export function createBatchBuffer(maxBytes: number): BatchBuffer {
  let store = new Uint8Array(0)
  let length = 0
  return {
    get length() {
      return length
    },
    append(bytes) {
      const needed = length + bytes.length
      if (needed > maxBytes) return false
      if (needed > store.length) {
        const larger = new Uint8Array(Math.min(maxBytes, Math.max(FIRST_BYTES, needed, store.length * 2)))
        larger.set(store.subarray(0, length))
        store = larger
      }
      store.set(bytes, length)
      length = needed
      return true
    },
    drop() {
      const dropped = length
      length = 0
      return dropped
    },
    take() {
      const batch = store.subarray(0, length)
      store = new Uint8Array(0)
      length = 0
      return batch
    },
  }
}
