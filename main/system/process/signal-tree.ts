import { readFileSync } from 'node:fs'
import process from 'node:process'

/**
 * Sends a signal to a process that we started and to all that it started, parents first. A sandbox makes a session of its
 * own, so that a process group does not reach what runs inside.
 */
export function signalTree(pid: number, signal: 'SIGSTOP' | 'SIGCONT'): void {
  for (const each of processTree(pid)) {
    try {
      process.kill(each, signal)
    } catch {
      // It has ended meanwhile.
    }
  }
}

function processTree(pid: number): readonly number[] {
  return [pid, ...childrenOf(pid).flatMap((child) => processTree(child))]
}

function childrenOf(pid: number): readonly number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}
