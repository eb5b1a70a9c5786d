import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'

import { startOwner } from '../../tests/support/petri-owner.ts'
import { startStarters } from '../../tests/support/start-starters.ts'
import { temporaryFolder } from '../../tests/support/temporary-folder.ts'
import { printMeasure } from './measure.ts'

/**
 * `idle`: processor time of all of Petri's own processes while ten machines run and nobody does anything, in percent of
 * one core over 30 s. The baseline is the budget of 2 %.
 */
const MACHINES = 10
const SECONDS = 30
const BUDGET_PERCENT = 2
/** Kernel clock ticks per second in /proc/PID/stat; 100 on every Linux architecture that Petri runs on. */
const TICKS_PER_SECOND = 100

await using home = await temporaryFolder()
const owner = await startOwner(home.path)
try {
  const ids = await startStarters(owner, MACHINES)
  await delay(3_000)
  const before = await cpuTicks(owner.process.pid ?? 0)
  await delay(SECONDS * 1_000)
  const after = await cpuTicks(owner.process.pid ?? 0)
  printMeasure('idle', ((after - before) / TICKS_PER_SECOND / SECONDS) * 100, '% of a core', BUDGET_PERCENT)
  await Promise.all(ids.map(async (id) => await owner.call('vm.powerOff', { id })))
} finally {
  await owner.kill()
}

/** User and system time of the owner and of the children it has waited for. */
async function cpuTicks(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0)
}
