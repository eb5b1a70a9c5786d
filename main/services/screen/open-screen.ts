import {
  CONSOLE_FRAME_BYTES,
  CONSOLE_VIEWER_WINDOW_BYTES,
  type ConsoleFrame,
  type ConsoleHandle,
} from '#contract/console'
import type { ByteChannel } from '../../system/byte-channel.ts'

/** Input that QEMU has not taken yet at which a viewer is cut off: nobody types or moves a pointer that fast. */
const INPUT_LIMIT_BYTES = 1024 * 1024

/**
 * One viewer of a machine's graphical screen: a connection of its own to the VNC socket, bytes passed as they are.
 * QEMU sends pictures only on request, and a viewer that does not acknowledge holds its own connection back, no other's.
 * @param connect its error's message is what the viewer is told
 */
export function openScreen(
  connect: (signal: AbortSignal) => Promise<ByteChannel>,
  listener: (frame: ConsoleFrame) => void,
): ConsoleHandle {
  const abort = new AbortController()
  let channel: ByteChannel | undefined
  let over = false
  let paused = false
  let unacknowledged = 0
  let waitingInput = 0

  const end = (reason: string): void => {
    if (over) return
    over = true
    abort.abort()
    channel?.close()
    listener({ kind: 'closed', reason })
  }

  const deliver = (bytes: Uint8Array): void => {
    if (over) return
    for (let at = 0; at < bytes.length; at += CONSOLE_FRAME_BYTES) {
      listener({ kind: 'data', bytes: bytes.subarray(at, at + CONSOLE_FRAME_BYTES), replay: false })
    }
    unacknowledged += bytes.length
    if (paused || unacknowledged < CONSOLE_VIEWER_WINDOW_BYTES) return
    paused = true
    channel?.pause()
  }

  const write = (bytes: Uint8Array): void => {
    if (channel === undefined || over) return
    waitingInput = channel.write(bytes) ? 0 : waitingInput + bytes.length
    if (waitingInput > INPUT_LIMIT_BYTES) end('The machine does not take any input.')
  }

  void connect(abort.signal).then(
    (opened) => {
      if (over) return opened.close()
      channel = opened
      listener({ kind: 'attached', live: true, historyBytes: 0 })
      opened.onClose(end)
      opened.onDrain(() => {
        waitingInput = 0
      })
      opened.onData(deliver)
    },
    (error: unknown) => end(error instanceof Error ? error.message : String(error)),
  )

  return {
    send(frame) {
      if (frame.kind === 'write') write(frame.bytes)
      if (frame.kind !== 'ack') return
      unacknowledged = Math.max(0, unacknowledged - frame.bytes)
      if (!paused || unacknowledged > CONSOLE_VIEWER_WINDOW_BYTES / 2) return
      paused = false
      channel?.resume()
    },
    close() {
      over = true
      abort.abort()
      channel?.close()
    },
  }
}
