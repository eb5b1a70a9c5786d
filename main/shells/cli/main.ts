import process from 'node:process'

import { version } from '../../../package.json'
import { exitCodes } from './exit-codes.ts'
import { openSession } from './open-session.ts'
import { runCli } from './run-cli.ts'

/** After a signal, how long a command may take to close what it opened, in ms. */
const CLOSE_LIMIT_MS = 5_000

const ending = new AbortController()
const { signal } = ending

let exitCodeOfSignal: number | undefined
const end = (exitCode: number) => () => {
  exitCodeOfSignal ??= exitCode
  ending.abort()
  setTimeout(() => process.exit(exitCode), CLOSE_LIMIT_MS).unref()
}
process.once('SIGINT', end(130)).once('SIGTERM', end(143)).once('SIGHUP', end(129))

// The reader of our output is gone (`petri list | head -1`): nobody is left to tell.
const onOutputError = (error: NodeJS.ErrnoException): void => {
  if (error.code === 'EPIPE') end(0)()
  else throw error
}
process.stdout.on('error', onOutputError)
process.stderr.on('error', onOutputError)

const { env, stdin, stdout, stderr } = process
const context = {
  env,
  workingFolder: process.cwd(),
  version,
  stdin,
  stdout,
  stderr,
  signal,
  openSession: () => openSession({ env, version, signal }),
}
const exitCode = await runCli(context, process.argv.slice(2))
// A command that a signal cut short ends as the shell expects of that signal; one that ended well keeps its 0.
process.exit(exitCode === exitCodes.cancelled ? (exitCodeOfSignal ?? exitCode) : exitCode)
