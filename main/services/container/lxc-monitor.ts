import { readFile } from 'node:fs/promises'

import { identifyProcess, isAlive, type ProcessIdentity } from '../../system/process/process-identity.ts'
import { CommandError, runCommand } from '../../system/process/run-command.ts'

const LOOK_EVERY_MS = 500
const INFO_LIMIT_MS = 10_000

/**
 * Calls `onEnd` once when process 1 of a container has ended, however that came. Returns the end of watching.
 *
 * It is nobody's child here, and Node reaches neither pidfd nor, before libuv 1.47, the abstract socket that LXC's monitor
 * holds open (its name gets padded): so it is looked at, one small file twice a second.
 */
export function watchContainer(init: ProcessIdentity, onEnd: () => void): () => void {
  const timer = setInterval(() => {
    if (isAlive(init)) return
    clearInterval(timer)
    onEnd()
  }, LOOK_EVERY_MS)
  timer.unref()
  return () => clearInterval(timer)
}

/** Process 1 of a container that was just started: the only child of the monitor whose number is in `pidFile`. */
export async function initOf(lxcFolder: string, id: string, pidFile: string): Promise<ProcessIdentity | undefined> {
  const monitor = Number(await readFile(pidFile, 'utf8').catch(() => ''))
  const children =
    monitor > 0 ? await readFile(`/proc/${monitor}/task/${monitor}/children`, 'utf8').catch(() => '') : ''
  const pids = children
    .trim()
    .split(/\s+/)
    .map(Number)
    .filter((pid) => pid > 0)
  const [only, ...others] = pids
  if (only !== undefined && others.length === 0) return identifyProcess(only)
  return await askLxc(lxcFolder, id)
}

/** Process 1 of a container, as LXC's monitor says; undefined: it does not run. */
export async function askLxc(lxcFolder: string, id: string): Promise<ProcessIdentity | undefined> {
  try {
    const { stdout } = await runCommand(['lxc-info', '-P', lxcFolder, '-n', id, '-p', '-H'], {
      timeoutMs: INFO_LIMIT_MS,
    })
    const pid = Number(stdout.trim())
    return pid > 0 ? identifyProcess(pid) : undefined
  } catch (error) {
    if (error instanceof CommandError && error.reason === 'failed') return undefined
    throw error
  }
}
