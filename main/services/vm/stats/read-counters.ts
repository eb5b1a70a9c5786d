import { z } from 'zod'

import { nodeName } from '../../../domain/qemu/node-name.ts'
import type { Counters, QueueIndexes } from '../../../domain/vm/stats/counters.ts'
import { processUsage } from '../../../system/process/process-usage.ts'
import type { VmSpec } from '#contract/vm-spec'
import type { DriveCounters } from '#contract/vm-stats'
import type { VmSession } from '../vm-session.ts'

/** A machine that is busy or stopped must not hold up the looks at the others for long, in ms. */
const ANSWER_LIMIT_MS = 2_000

const blockSchema = z.array(
  z.object({
    qdev: z.string().default(''),
    stats: z.object({
      rd_bytes: z.number(),
      wr_bytes: z.number(),
      rd_operations: z.number(),
      wr_operations: z.number(),
    }),
  }),
)
const queueSchema = z.object({ 'used-idx': z.number() })
const guestSchema = z.object({
  'last-update': z.number(),
  stats: z.object({ 'stat-total-memory': z.number().optional(), 'stat-available-memory': z.number().optional() }),
})

export interface GuestMemory {
  readonly totalBytes: number
  readonly availableBytes: number
}

/** One look at a running machine. */
export interface Look {
  readonly counters: Counters
  readonly drives: readonly DriveCounters[]
  readonly guest: GuestMemory | undefined
}

/**
 * Looks at a running machine: two files of /proc and one question to QEMU; `closely` asks for the guest's memory and the
 * queues of its virtio cards, too. Undefined when its process is gone. Throws when QEMU does not answer.
 */
export async function readCounters(session: VmSession, spec: VmSpec, closely: boolean): Promise<Look | undefined> {
  const pid = session.identity?.pid
  const drives = drivesOf(await session.execute('query-blockstats', {}, ANSWER_LIMIT_MS), spec)
  const guest = closely && spec.balloon ? await readGuestMemory(session) : undefined
  const queues = closely ? await readQueues(session, spec) : undefined
  const usage = pid === undefined ? undefined : processUsage(pid)
  if (!usage) return undefined
  const counters = {
    atMs: Date.now(),
    ...usage,
    guestUsedBytes: guest && Math.max(0, guest.totalBytes - guest.availableBytes),
    readBytes: sum(drives, ({ readBytes }) => readBytes),
    writtenBytes: sum(drives, ({ writtenBytes }) => writtenBytes),
    queues,
  }
  return { counters, drives, guest }
}

function drivesOf(answer: unknown, spec: VmSpec): readonly DriveCounters[] {
  const names = new Map([
    ...spec.disks.map(({ id }) => [nodeName('disk', id), id] as const),
    ...spec.cdroms.map(({ id }) => [nodeName('cd', id), id] as const),
  ])
  return blockSchema.parse(answer).flatMap(({ qdev, stats }) => {
    // virtio-blk names its inner device by a path, the others by the id they were given.
    const id = names.get(/\/peripheral\/([^/]+)/.exec(qdev)?.[1] ?? qdev)
    if (id === undefined) return []
    const { rd_bytes, wr_bytes, rd_operations, wr_operations } = stats
    return [{ id, readBytes: rd_bytes, writtenBytes: wr_bytes, reads: rd_operations, writes: wr_operations }]
  })
}

/** The balloon's report; undefined until the guest's driver has sent one. */
async function readGuestMemory(session: VmSession): Promise<GuestMemory | undefined> {
  const answer = await session
    .execute('qom-get', { path: '/machine/peripheral/balloon0', property: 'guest-stats' }, ANSWER_LIMIT_MS)
    .catch(() => undefined)
  const parsed = guestSchema.safeParse(answer)
  if (!parsed.success || parsed.data['last-update'] === 0) return undefined
  const { 'stat-total-memory': totalBytes, 'stat-available-memory': availableBytes } = parsed.data.stats
  // A figure that a driver does not report is all ones.
  return totalBytes === undefined || availableBytes === undefined || availableBytes > totalBytes
    ? undefined
    : { totalBytes, availableBytes }
}

/** The queues of the virtio cards, QEMU's only count of packets (since 7.2); user networking itself keeps none. */
async function readQueues(session: VmSession, spec: VmSpec): Promise<readonly QueueIndexes[]> {
  const found = await Promise.all(
    spec.networks
      .filter(({ model }) => model === 'virtio')
      .map(async ({ id }): Promise<readonly QueueIndexes[]> => {
        const path = `/machine/peripheral/${nodeName('net', id)}/virtio-backend`
        const index = async (queue: number) =>
          queueSchema.parse(await session.execute('x-query-virtio-queue-status', { path, queue }, ANSWER_LIMIT_MS))[
            'used-idx'
          ]
        try {
          return [{ card: id, received: await index(0), sent: await index(1) }]
        } catch {
          return [] // an older QEMU, or a guest without the driver
        }
      }),
  )
  return found.flat()
}

function sum<T>(list: readonly T[], value: (item: T) => number): number {
  return list.reduce((total, item) => total + value(item), 0)
}
