import { spawn } from 'node:child_process'

const KEPT_OUTPUT = 16 * 1024
// Chromium's log, such as "[123:0101/000000.0:ERROR:bus.cc(407)] Failed to connect to the bus". It is of use when
// Electron does not start, and noise when it does.
const CHROMIUM_LOG = /^\[\d+:\d+\/[\d.]+:/

/**
 * Runs the program that this terminal is for. Ctrl-C reaches it from the terminal by itself; a SIGTERM or SIGHUP is
 * passed on.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {object} options
 * @param {string} options.cwd
 * @param {boolean} options.watchErrors Whether its stderr is kept for `output`; otherwise it is the terminal's.
 * @returns {Promise<{ code: number | null, signal: NodeJS.Signals | null, output: string, elapsedMs: number, interrupted: boolean }>}
 */
export function runInForeground(program, args, { cwd, watchErrors }) {
  return new Promise((done, fail) => {
    const startMs = Date.now()
    const child = spawn(program, args, { cwd, stdio: ['inherit', 'inherit', watchErrors ? 'pipe' : 'inherit'] })
    let output = ''
    let interrupted = false
    child.stderr?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      output = (output + text).slice(-KEPT_OUTPUT)
      const lines = text.split('\n').filter((line) => line !== '' && !CHROMIUM_LOG.test(line))
      if (lines.length > 0) process.stderr.write(`${lines.join('\n')}\n`)
    })
    const stay = () => (interrupted = true)
    /** @param {NodeJS.Signals} signal */
    const pass = (signal) => {
      interrupted = true
      child.kill(signal)
    }
    process.on('SIGINT', stay).on('SIGTERM', pass).on('SIGHUP', pass)
    child.on('error', fail)
    child.on('close', (code, signal) => {
      process.off('SIGINT', stay).off('SIGTERM', pass).off('SIGHUP', pass)
      done({ code, signal, output, elapsedMs: Date.now() - startMs, interrupted })
    })
  })
}
