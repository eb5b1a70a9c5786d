import type { Socket } from 'node:net'

import type { ByteChannel } from '../byte-channel.ts'
import { connectUnixSocket } from './unix-socket.ts'

/** No connection to a Unix socket: `cause` holds what the kernel said (`ENOENT`, `ECONNREFUSED`, an abort). */
export class UnixChannelError extends Error {
  override readonly name = 'UnixChannelError'
  readonly path: string

  constructor(path: string, cause: unknown) {
    super(`No connection to the socket ${path}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    this.path = path
  }
}

/**
 * Connects to a listening Unix socket, however long its path. `signal` ends the attempt, not the connection.
 * @throws UnixChannelError
 */
export async function connectUnixChannel(
  path: string,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<ByteChannel> {
  try {
    return socketChannel(await connectUnixSocket(path, signal))
  } catch (error) {
    throw new UnixChannelError(path, error)
  }
}

/** A connected socket as a channel. Nothing is read from it before `onData`. */
function socketChannel(socket: Socket): ByteChannel {
  let reason = 'The other side closed the connection.'
  let closed = false
  let closeListener: ((reason: string) => void) | undefined
  socket.on('error', (error) => {
    reason = error.message
  })
  socket.once('close', () => {
    closed = true
    closeListener?.(reason)
  })
  return {
    onData: (listener) => void socket.on('data', listener),
    onClose(listener) {
      closeListener = listener
      if (closed) queueMicrotask(() => listener(reason))
    },
    write: (bytes) => !closed && socket.write(bytes),
    onDrain: (listener) => void socket.on('drain', listener),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    resize: () => {},
    close() {
      reason = 'Closed.'
      socket.destroy()
    },
  }
}
