import type { StatsSample } from '#contract/vm-stats'

/** What was counted of a machine at one moment; everything but memory grows from its start on. */
export interface Counters {
  readonly atMs: number
  readonly cpuMs: number
  readonly residentBytes: number
  readonly guestUsedBytes: number | undefined
  readonly readBytes: number
  readonly writtenBytes: number
  /** The 16-bit indexes of each counted card's queues; undefined: not looked at. */
  readonly queues: readonly QueueIndexes[] | undefined
}

/** Buffers that the device has used of a virtio card's receive and transmit queue, modulo 65,536. */
export interface QueueIndexes {
  readonly card: string
  readonly received: number
  readonly sent: number
}

const QUEUE_WRAP = 0x10000
/** Between looks further apart than this a busy card's index may have gone round unseen, in ms. */
const QUEUE_TRUST_MS = 5_000

/** What was used between two looks at one run of one machine; undefined when they are not in order. */
export function sampleBetween(before: Counters, after: Counters): StatsSample | undefined {
  const elapsedMs = after.atMs - before.atMs
  if (elapsedMs <= 0 || after.cpuMs < before.cpuMs) return undefined
  const perSecond = (from: number, to: number) => (Math.max(0, to - from) * 1000) / elapsedMs
  return {
    atMs: after.atMs,
    cpus: (after.cpuMs - before.cpuMs) / elapsedMs,
    residentBytes: after.residentBytes,
    ...(after.guestUsedBytes !== undefined && { guestUsedBytes: after.guestUsedBytes }),
    readBytesPerSecond: perSecond(before.readBytes, after.readBytes),
    writtenBytesPerSecond: perSecond(before.writtenBytes, after.writtenBytes),
    ...packetRates(before, after, elapsedMs),
  }
}

function packetRates(before: Counters, after: Counters, elapsedMs: number): Partial<StatsSample> {
  if (!before.queues || !after.queues || after.queues.length === 0 || elapsedMs > QUEUE_TRUST_MS) return {}
  let received = 0
  let sent = 0
  for (const now of after.queues) {
    const then = before.queues.find(({ card }) => card === now.card)
    if (!then) continue
    received += (now.received - then.received + QUEUE_WRAP) % QUEUE_WRAP
    sent += (now.sent - then.sent + QUEUE_WRAP) % QUEUE_WRAP
  }
  return {
    receivedPacketsPerSecond: (received * 1000) / elapsedMs,
    sentPacketsPerSecond: (sent * 1000) / elapsedMs,
  }
}
