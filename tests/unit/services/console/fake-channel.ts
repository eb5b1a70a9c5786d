import type { ByteChannel } from '../../../../main/system/byte-channel.ts'

/** A channel whose other side is the test. */
export interface FakeChannel extends ByteChannel {
  /** Sends from the other side. */
  emit(bytes: Uint8Array | string): void
  /** The other side goes away. */
  end(reason: string): void
  drain(): void
  /** How many writes are taken before `write` returns false. */
  room: number
  readonly written: string[]
  readonly sizes: string[]
  readonly paused: boolean
  readonly closed: boolean
}

export function createFakeChannel(): FakeChannel {
  let onData: ((bytes: Uint8Array) => void) | undefined
  let onClose: ((reason: string) => void) | undefined
  let onDrain: (() => void) | undefined
  let paused = false
  let closed = false
  const written: string[] = []
  const sizes: string[] = []
  return {
    room: Number.POSITIVE_INFINITY,
    written,
    sizes,
    get paused() {
      return paused
    },
    get closed() {
      return closed
    },
    emit: (bytes) => onData?.(typeof bytes === 'string' ? Buffer.from(bytes) : bytes),
    end: (reason) => onClose?.(reason),
    drain: () => onDrain?.(),
    onData(listener) {
      onData = listener
    },
    onClose(listener) {
      onClose = listener
    },
    onDrain(listener) {
      onDrain = listener
    },
    write(bytes) {
      written.push(Buffer.from(bytes).toString())
      this.room -= 1
      return this.room > 0
    },
    pause() {
      paused = true
    },
    resume() {
      paused = false
    },
    resize: (cols, rows) => void sizes.push(`${cols}x${rows}`),
    close() {
      closed = true
    },
  }
}
