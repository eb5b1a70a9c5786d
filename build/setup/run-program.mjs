import { spawn } from 'node:child_process'
import { constants } from 'node:os'

const KILL_AFTER_MS = 5_000
const KEPT_OUTPUT = 64 * 1024

/**
 * @typedef {object} ProgramResult
 * @property {number} code Its exit code; 127 when it could not be started, 128 + n when signal n ended it, 124 at the limit.
 * @property {string} output The last 64 KiB of what it printed, both streams together.
 */

/**
 * Runs a program to its end, without a shell.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {object} [options]
 * @param {string} [options.cwd]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {boolean} [options.show] Whether its output is seen as it comes; it is returned in any case.
 * @param {number} [options.limitMs]
 * @param {AbortSignal} [options.signal] Ends it, as the limit does: SIGTERM to its group, then SIGKILL.
 * @returns {Promise<ProgramResult>}
 */
export function runProgram(program, args, { cwd, env, show = false, limitMs, signal } = {}) {
  return new Promise((done) => {
    // A group of its own, so that what it has started ends with it.
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    let output = ''
    let ended = false
    /** @type {NodeJS.Timeout[]} */
    const timers = []
    const end = () => {
      ended = true
      signalGroup(child.pid, 'SIGTERM')
      timers.push(setTimeout(() => signalGroup(child.pid, 'SIGKILL'), KILL_AFTER_MS))
    }
    // Ctrl-C at the terminal reaches this process alone; a group of its own has to be told.
    const stop = () => end()
    process.on('SIGINT', stop).on('SIGTERM', stop)
    signal?.addEventListener('abort', end, { once: true })
    if (limitMs !== undefined) timers.push(setTimeout(end, limitMs))
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        if (show) process.stderr.write(chunk)
        output = (output + String(chunk)).slice(-KEPT_OUTPUT)
      })
    }
    /** @param {number} code */
    const finish = (code) => {
      for (const timer of timers) clearTimeout(timer)
      process.off('SIGINT', stop).off('SIGTERM', stop)
      signal?.removeEventListener('abort', end)
      done({ code, output })
    }
    child.on('error', (error) => {
      output += error.message
      finish(127)
    })
    child.on('close', (code, by) => finish(ended ? 124 : (code ?? 128 + (by === null ? 0 : constants.signals[by]))))
  })
}

/**
 * @param {number | undefined} pid
 * @param {NodeJS.Signals} signal
 */
function signalGroup(pid, signal) {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch {
    // It has ended by itself.
  }
}
