import type { HostBudget } from '#contract/host'

/** Of a free disk, how much new machines may promise before it is called tight. */
const SAFE_DISK_SHARE = 0.8
/** Kept for the desktop itself, in MiB, or a tenth of all memory where that is less. */
const RESERVE_MIB = 1024

/**
 * What this host has left. Memory is safe up to what is available now less a reserve, and a matter of caution up to all
 * that is available: beyond that the host swaps or ends a machine. A processor can be shared; more processors than
 * the host has only slow a machine down. A disk image grows, so it may be larger than what is free, at a risk.
 */
export function hostBudget(seen: {
  readonly memoryMiB: { readonly total: number; readonly available: number }
  readonly cpus: number
  readonly disk: { readonly totalBytes: number; readonly freeBytes: number }
  readonly running: readonly { readonly memoryMiB: number; readonly cpus: number }[]
}): HostBudget {
  const { total, available } = seen.memoryMiB
  const reserve = Math.min(RESERVE_MIB, Math.floor(total / 10))
  const sum = (values: readonly number[]) => values.reduce((whole, value) => whole + value, 0)
  const cpusInUse = sum(seen.running.map((machine) => machine.cpus))
  return {
    runningMachines: seen.running.length,
    memoryMiB: {
      total,
      inUse: sum(seen.running.map((machine) => machine.memoryMiB)),
      safe: Math.max(0, available - reserve),
      caution: available,
    },
    cpus: { total: seen.cpus, inUse: cpusInUse, safe: Math.max(1, seen.cpus - cpusInUse), caution: seen.cpus },
    diskBytes: {
      total: seen.disk.totalBytes,
      inUse: seen.disk.totalBytes - seen.disk.freeBytes,
      safe: Math.floor(seen.disk.freeBytes * SAFE_DISK_SHARE),
      caution: seen.disk.freeBytes,
    },
  }
}
