import { write } from 'node:fs'

/** Queued bytes above which `write` returns false. */
const HIGH_WATER_BYTES = 64 * 1024
/** Pause before a full terminal is tried again, in ms. */
const RETRY_MS = 10

export interface PtyWriter {
  /** Queues the bytes; false when the queue is above its high-water mark. */
  write(bytes: Uint8Array): boolean
  /** Called each time the queue is empty after `write` returned false. */
  onDrain(listener: () => void): void
  /** Forgets what is queued. The descriptor belongs to the pty and stays open. */
  close(): void
}

/**
 * Writes to a pty's descriptor in order. node-pty's own writer keeps an endless queue, tells nobody, and spins while
 * a program does not read its terminal (seen with 1.1.0); this one waits and tells.
 */
export function createPtyWriter(fd: number): PtyWriter {
  let queue: Uint8Array[] = []
  let queuedBytes = 0
  let busy = false
  let closed = false
  let full = false
  let retry: NodeJS.Timeout | undefined
  let drainListener: (() => void) | undefined

  function next(): void {
    const head = queue[0]
    if (closed || head === undefined) {
      busy = false
      if (full && !closed) {
        full = false
        drainListener?.()
      }
      return
    }
    busy = true
    write(fd, head, 0, head.byteLength, null, (error, written) => {
      if (error === null) {
        queuedBytes -= written
        if (written === head.byteLength) queue.shift()
        else queue[0] = head.subarray(written)
        next()
      } else if (error.code === 'EAGAIN') {
        retry = setTimeout(next, RETRY_MS)
      } else {
        // The program is gone; its end is told by the pty itself.
        close()
      }
    })
  }

  function close(): void {
    closed = true
    queue = []
    queuedBytes = 0
    clearTimeout(retry)
  }

  return {
    write(bytes) {
      if (closed || bytes.byteLength === 0) return !closed
      queue.push(bytes)
      queuedBytes += bytes.byteLength
      full ||= queuedBytes > HIGH_WATER_BYTES
      if (!busy) next()
      return !full
    },
    onDrain(listener) {
      drainListener = listener
    },
    close,
  }
}
