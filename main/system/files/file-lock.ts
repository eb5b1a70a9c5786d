import { spawnSync } from 'node:child_process'
import { closeSync, constants, openSync } from 'node:fs'

/** Holds an exclusive lock until `release` or the end of this process, however it ends. */
export interface FileLock {
  release(): void
}

/**
 * Takes the lock on a file, made when absent; undefined when another process has it.
 *
 * Node has no flock(2), but flock(1) of util-linux, which every Debian and Ubuntu has, locks a file description that it
 * inherits; the lock stays with the description, which this process keeps open (close-on-exec, so no child holds it).
 * The kernel gives it back when the process ends, SIGKILL included: there are no stale locks.
 */
export function lockFile(path: string): FileLock | undefined {
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600)
  const run = spawnSync('flock', ['--exclusive', '--nonblock', '3'], { stdio: ['ignore', 'ignore', 'ignore', fd] })
  if (run.status === 0) return { release: () => closeSync(fd) }
  closeSync(fd)
  if (run.error) throw new Error('flock (package util-linux) could not be run', { cause: run.error })
  return undefined
}
