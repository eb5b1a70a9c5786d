import type { ByteChannel } from '../../system/byte-channel.ts'

/** Input that may wait for a guest that does not read. A person does not type this much; a large paste may. */
const WAITING_MAX_BYTES = 1024 * 1024
/** Longest single answer of a viewer's terminal. */
const REPLY_MAX_BYTES = 64
/** Answers per second, in bytes, over all viewers: a guest that asks without end gets no more. */
const REPLY_BYTES_PER_SECOND = 4096

/** What goes to the guest, in order and bounded. */
export interface ConsoleInput {
  connect(channel: ByteChannel): void
  disconnect(): void
  /** Returns how many bytes were thrown away: all of them, when nobody listens or too much waits already. */
  write(bytes: Uint8Array): number
  /** An answer of a viewer's terminal; thrown away in silence when it is too long, too frequent or must wait. */
  reply(bytes: Uint8Array): void
}

export function createConsoleInput(now: () => Date): ConsoleInput {
  let channel: ByteChannel | undefined
  let blocked = false
  let waiting: Uint8Array[] = []
  let waitingBytes = 0
  let replyBudget = REPLY_BYTES_PER_SECOND
  let budgetAt = now().getTime()

  function send(bytes: Uint8Array): void {
    blocked = channel?.write(bytes) === false
  }

  function onDrain(): void {
    blocked = false
    while (!blocked) {
      const next = waiting.shift()
      if (next === undefined) return
      waitingBytes -= next.length
      send(next)
    }
  }

  function reset(): void {
    blocked = false
    waiting = []
    waitingBytes = 0
  }

  return {
    connect(next) {
      reset()
      channel = next
      next.onDrain(() => {
        if (channel === next) onDrain()
      })
    },
    disconnect() {
      reset()
      channel = undefined
    },
    write(bytes) {
      if (channel === undefined || waitingBytes + bytes.length > WAITING_MAX_BYTES) return bytes.length
      if (blocked) {
        waiting.push(bytes)
        waitingBytes += bytes.length
      } else {
        send(bytes)
      }
      return 0
    },
    reply(bytes) {
      const time = now().getTime()
      const earned = (Math.max(0, time - budgetAt) / 1000) * REPLY_BYTES_PER_SECOND
      replyBudget = Math.min(REPLY_BYTES_PER_SECOND, replyBudget + earned)
      budgetAt = time
      if (blocked || bytes.length > REPLY_MAX_BYTES || bytes.length > replyBudget) return
      replyBudget -= bytes.length
      send(bytes)
    },
  }
}
