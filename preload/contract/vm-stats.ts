import { z } from 'zod'

import { idSchema } from './vm-spec.ts'

/** What a machine used in the time since the sample before. Bytes, per second where it is a rate. */
export const statsSampleSchema = z.strictObject({
  /** Milliseconds since 1970, by the clock of the host. */
  atMs: z.number(),
  /** Processors of the host kept busy: 1 is one whole core. */
  cpus: z.number(),
  /** Memory of the host that the machine's process holds. */
  residentBytes: z.number(),
  /** What the guest itself counts as not available, where its balloon tells. */
  guestUsedBytes: z.number().optional(),
  readBytesPerSecond: z.number(),
  writtenBytesPerSecond: z.number(),
  /** Packets of all virtio cards together; absent where no card is counted, or nobody looked at that time. */
  receivedPacketsPerSecond: z.number().optional(),
  sentPacketsPerSecond: z.number().optional(),
})
export type StatsSample = z.infer<typeof statsSampleSchema>

/** A drive's work since the machine started. */
const driveCountersSchema = z.strictObject({
  id: z.string(),
  readBytes: z.number(),
  writtenBytes: z.number(),
  reads: z.number(),
  writes: z.number(),
})
export type DriveCounters = z.infer<typeof driveCountersSchema>

const guestAddressSchema = z.strictObject({
  network: idSchema,
  address: z.string(),
  /** `seen` in the guest's traffic, or what the network offers and most guests take. */
  source: z.enum(['seen', 'offered']),
})
export type GuestAddress = z.infer<typeof guestAddressSchema>

/** How a running machine is at this moment. */
export const liveStatsSchema = z.strictObject({
  uptimeSeconds: z.number(),
  cpuSeconds: z.number(),
  memory: z.strictObject({
    residentBytes: z.number(),
    /** Shared pages counted by share; absent where the kernel does not tell. */
    proportionalBytes: z.number().optional(),
    machineBytes: z.number(),
    /** What the balloon leaves to the guest now. */
    balloonBytes: z.number().optional(),
    guestTotalBytes: z.number().optional(),
    guestAvailableBytes: z.number().optional(),
  }),
  drives: z.array(driveCountersSchema),
  addresses: z.array(guestAddressSchema),
})
export type LiveStats = z.infer<typeof liveStatsSchema>

export const statsCalls = {
  /**
   * The last hour of a machine, and how it is now (absent while it is off). With `after`, waits until there is a sample
   * newer than that: whoever asks again and again sees one about every two seconds, and only then are they taken so often.
   */
  'vm.stats': {
    params: z.strictObject({ id: idSchema, after: z.number().optional() }),
    result: z.strictObject({ samples: z.array(statsSampleSchema), now: liveStatsSchema.optional() }),
  },
} as const
