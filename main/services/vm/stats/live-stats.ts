import { z } from 'zod'

import { guestAddresses } from '../../../domain/vm/stats/guest-addresses.ts'
import { proportionalBytes } from '../../../system/process/process-usage.ts'
import type { VmSpec } from '#contract/vm-spec'
import type { LiveStats } from '#contract/vm-stats'
import { usernetRows } from '../live/live-forwards.ts'
import type { VmSession } from '../vm-session.ts'
import type { Look } from './read-counters.ts'

const balloonSchema = z.object({ actual: z.number() })
const MIB = 1024 * 1024

/** How a running machine is now, as far as it tells: what it does not answer is left out. */
export async function liveStats(
  session: VmSession,
  spec: VmSpec,
  { counters, drives, guest }: Look,
): Promise<LiveStats> {
  const pid = session.identity?.pid
  const balloon = spec.balloon
    ? balloonSchema.safeParse(await session.execute('query-balloon').catch(() => undefined)).data
    : undefined
  const hasUserNetwork = spec.networks.some(({ backend }) => backend.kind === 'user')
  const rows = hasUserNetwork ? await usernetRows(session).catch(() => []) : []
  const proportional = pid === undefined ? undefined : proportionalBytes(pid)
  return {
    uptimeSeconds: Math.max(0, (Date.now() - Date.parse(session.record.startedAt)) / 1000),
    cpuSeconds: counters.cpuMs / 1000,
    memory: {
      residentBytes: counters.residentBytes,
      ...(proportional !== undefined && { proportionalBytes: proportional }),
      machineBytes: session.record.memoryMiB * MIB,
      ...(balloon && { balloonBytes: balloon.actual }),
      ...(guest && { guestTotalBytes: guest.totalBytes, guestAvailableBytes: guest.availableBytes }),
    },
    drives: [...drives],
    addresses: [...guestAddresses(spec, rows)],
  }
}
