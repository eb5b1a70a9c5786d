import type { ChildProcess } from 'node:child_process'

/**
 * Signals a program and all that it has started, which takes a program that was started `detached`. A sandbox is two
 * processes: when the outer one is ended before it has told the inner one to go on, the inner one would wait for ever,
 * with the output open.
 */
export function signalGroup(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // All of them have ended.
  }
}
