import { randomBytes } from 'node:crypto'
import { homedir } from 'node:os'

import { createConsoleHub } from '../services/console/console-hub.ts'
import { withoutDescriptors } from '../system/process/without-descriptors.ts'
import { spawnPtyChannel } from '../system/pty/pty-channel.ts'
import type { Consoles } from './consoles.ts'

/** How long a program waits for its first viewer, in ms, before it is ended: nobody would ever see it. */
const FIRST_VIEWER_MS = 30_000

/**
 * Programs in terminals, each of which ends with the last viewer of its console. One that has ended before anybody looked
 * is kept for its first viewer: a short program's answer is all there is of it.
 */
export interface TerminalRuns {
  run(argv: readonly string[], title: string, size: { readonly cols: number; readonly rows: number }): Promise<string>
  /** A viewer of a run came or went. */
  viewed(runId: string, change: 1 | -1): void
  close(): Promise<void>
}

export function createTerminalRuns(consoles: Consoles, now: () => Date): TerminalRuns {
  const runs = new Map<string, { viewers: number; seen: boolean; end: () => Promise<void>; timer: NodeJS.Timeout }>()
  return {
    async run(argv, title, { cols, rows }) {
      const runId = `run-${randomBytes(6).toString('hex')}`
      // LXC keeps its locks below the runtime folder or the home.
      const runtime = process.env['XDG_RUNTIME_DIR']
      const env = {
        ...{ PATH: '/usr/sbin:/usr/bin:/sbin:/bin', TERM: 'xterm-256color', LANG: 'C.UTF-8', HOME: homedir() },
        ...(runtime !== undefined && { XDG_RUNTIME_DIR: runtime }),
      }
      const channel = await spawnPtyChannel({ argv: withoutDescriptors(argv), cwd: '/', env, cols, rows })
      const hub = createConsoleHub({ log: undefined, now, flow: 'pause' })
      const ended = new Promise<void>((resolve) => {
        channel.onExit(({ exitCode, signal }) => {
          const how = signal === undefined ? `exit code ${exitCode}` : `signal ${signal}`
          void hub.close(signal === undefined && exitCode === 0 ? 'It ended.' : `It ended (${how}).`).finally(() => {
            if (runs.get(runId)?.seen !== false) forget()
            resolve()
          })
        })
      })
      const forget = () => {
        clearTimeout(runs.get(runId)?.timer)
        runs.delete(runId)
        consoles.remove(runId)
      }
      const end = async () => {
        channel.close()
        await ended
        forget()
      }
      runs.set(runId, { viewers: 0, seen: false, end, timer: setTimeout(() => void end(), FIRST_VIEWER_MS) })
      consoles.add(runId, hub)
      hub.attach(channel, { kind: 'power-on', at: now().toISOString(), text: title })
      return runId
    },
    viewed(runId, change) {
      const run = runs.get(runId)
      if (!run) return
      clearTimeout(run.timer)
      run.seen = true
      run.viewers += change
      if (run.viewers === 0) void run.end()
    },
    async close() {
      await Promise.all([...runs.values()].map(async (run) => await run.end()))
    },
  }
}
