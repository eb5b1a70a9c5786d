import { join } from 'node:path'

import { createConsoleHub } from '../services/console/console-hub.ts'
import { runThrowaway } from '../services/vm/throwaway-vm.ts'
import type { VmContext } from '../services/vm/vm-context.ts'
import type { Consoles } from './consoles.ts'

/** How long a run waits for its first viewer, in ms, before it is ended: nobody would ever see it. */
const FIRST_VIEWER_MS = 30_000

/** Runs of machines in a terminal, each of which ends with the last viewer of its console. */
export interface Throwaways {
  run(vmId: string, cols: number, rows: number): Promise<string>
  /** A viewer of a run came or went. */
  viewed(runId: string, change: 1 | -1): void
  /** Ends them all and removes what they wrote. */
  close(): Promise<void>
}

export function createThrowaways(context: VmContext, consoles: Consoles, cacheFolder: string): Throwaways {
  const runs = new Map<string, { viewers: number; end: () => Promise<void>; timer: NodeJS.Timeout }>()
  return {
    async run(vmId, cols, rows) {
      const scratchRoot = join(cacheFolder, 'throwaway')
      const { runId, channel, discard } = await runThrowaway(context, vmId, { scratchRoot, cols, rows })
      const hub = createConsoleHub({ log: undefined, now: context.now, flow: 'pause' })
      const ended = new Promise<void>((resolve) => {
        channel.onExit(({ exitCode, signal }) => {
          const reason =
            signal === undefined && exitCode === 0 ? 'The run ended.' : `The run ended (${signal ?? exitCode}).`
          clearTimeout(runs.get(runId)?.timer)
          runs.delete(runId)
          void hub
            .close(reason)
            .then(discard)
            .finally(() => {
              consoles.remove(runId)
              resolve()
            })
        })
      })
      const end = async () => {
        channel.close()
        await ended
      }
      runs.set(runId, { viewers: 0, end, timer: setTimeout(() => void end(), FIRST_VIEWER_MS) })
      consoles.add(runId, hub)
      hub.attach(channel, {
        kind: 'power-on',
        at: context.now().toISOString(),
        text: 'Throwaway run: changes are discarded',
      })
      return runId
    },
    viewed(runId, change) {
      const run = runs.get(runId)
      if (!run) return
      clearTimeout(run.timer)
      run.viewers += change
      if (run.viewers === 0) void run.end()
    },
    async close() {
      await Promise.all([...runs.values()].map(async (run) => await run.end()))
    },
  }
}
