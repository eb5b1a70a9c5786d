/**
 * A two-way stream of undecoded bytes: a serial socket or a pty. The opener closes it.
 * Bytes are delivered from the moment `onData` is set; one listener each.
 */
export interface ByteChannel {
  onData(listener: (bytes: Uint8Array) => void): void
  /** Called once, when the other side is gone or after `close`. */
  onClose(listener: (reason: string) => void): void
  /** Returns false when the bytes were queued beyond the high-water mark; `onDrain` tells when it is empty again. */
  write(bytes: Uint8Array): boolean
  onDrain(listener: () => void): void
  /** Stops and restarts delivery. Only for ptys: a serial socket that is not read freezes its guest. */
  pause(): void
  resume(): void
  /** Tells the other side its size; does nothing on a channel without one. */
  resize(cols: number, rows: number): void
  close(): void
}
