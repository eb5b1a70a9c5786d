import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import process from 'node:process'

import { childrenOf } from '../../system/process/children-of.ts'
import { CliFailure } from './cli-failure.ts'
import { ProgramEnded } from './program-ended.ts'

const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const

/**
 * Runs a program with this process's own input, output and terminal, passes signals on to it, and throws `ProgramEnded` with
 * its exit code (128 and the signal's number when a signal ended it).
 * `toChildren`: signals go to what the program itself started, as with lxc-attach, which would end and leave it behind.
 */
export async function runInTerminal(
  argv: readonly string[],
  { toChildren }: { readonly toChildren: boolean },
): Promise<never> {
  const [program = '', ...args] = argv
  const saved = PASSED_ON.map((name) => [name, process.listeners(name)] as const)
  for (const [name] of saved) process.removeAllListeners(name)
  const child = spawn(program, args, { stdio: 'inherit' })
  const pass = (name: NodeJS.Signals) => {
    // Ctrl-C in a terminal reaches the program by itself.
    if (name === 'SIGINT' && process.stdin.isTTY) return
    const targets = toChildren && child.pid !== undefined ? childrenOf(child.pid) : []
    if (targets.length === 0) child.kill(name)
    for (const pid of targets) signalQuietly(pid, name)
  }
  const listeners = PASSED_ON.map((name) => [name, () => pass(name)] as const)
  for (const [name, listener] of listeners) process.on(name, listener)
  try {
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.on('error', (error) =>
        reject(
          new CliFailure({ code: 'unavailable', title: `${program} could not be started`, evidence: error.message }),
        ),
      )
      child.on('close', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
    })
    throw new ProgramEnded(exitCode)
  } finally {
    for (const [name, listener] of listeners) process.off(name, listener)
    for (const [name, before] of saved) for (const listener of before) process.on(name, (signal) => listener(signal))
  }
}

function signalQuietly(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has just ended.
  }
}
