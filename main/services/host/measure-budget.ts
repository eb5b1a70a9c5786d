import { readFile, statfs } from 'node:fs/promises'

import type { HostBudget } from '#contract/host'
import { hostBudget } from '../../domain/host/host-budget.ts'
import type { HostFacts } from '../../domain/vm/host-facts.ts'

/** What this host has left now. `running`: what each machine that runs was given. */
export async function measureBudget(
  facts: HostFacts,
  dataFolder: string,
  running: readonly { readonly memoryMiB: number; readonly cpus: number }[],
): Promise<HostBudget> {
  const [info, space] = await Promise.all([readFile('/proc/meminfo', 'utf8'), statfs(dataFolder)])
  const availableKiB = Number(/^MemAvailable:\s+(\d+)/m.exec(info)?.[1] ?? 0)
  return hostBudget({
    memoryMiB: { total: facts.memoryMiB, available: Math.floor(availableKiB / 1024) },
    cpus: facts.cpus,
    disk: { totalBytes: space.blocks * space.bsize, freeBytes: space.bavail * space.bsize },
    running,
  })
}
