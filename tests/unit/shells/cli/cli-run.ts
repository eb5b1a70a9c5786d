import { PassThrough } from 'node:stream'

import { type App } from '../../../../main/api/app.ts'
import { type CliContext } from '../../../../main/shells/cli/cli-context.ts'
import { runCli } from '../../../../main/shells/cli/run-cli.ts'

export interface CliRun {
  readonly stdin: PassThrough & { isTTY?: boolean; setRawMode?: (raw: boolean) => void }
  /** What was written so far. */
  readonly out: () => string
  readonly err: () => string
  /** Every switch of the terminal's raw mode, in order. */
  readonly rawModes: readonly boolean[]
  /** Times a session was closed. */
  readonly closed: () => number
  readonly exitCode: Promise<number>
  abort(): void
  loseOwner(): void
}

/** Runs one command line against an app in this process, with streams in memory. */
export function startCli(app: App, args: readonly string[], options: { readonly terminal?: boolean } = {}): CliRun {
  const stdin: CliRun['stdin'] = new PassThrough()
  const stdout: PassThrough & { isTTY?: boolean; columns?: number; rows?: number } = new PassThrough()
  const stderr = new PassThrough()
  const rawModes: boolean[] = []
  if (options.terminal) {
    stdin.isTTY = true
    stdin.setRawMode = (raw) => void rawModes.push(raw)
    Object.assign(stdout, { isTTY: true, columns: 60, rows: 20 })
  }
  const texts = { out: '', err: '' }
  stdout.on('data', (chunk: Buffer) => (texts.out += chunk.toString('latin1')))
  stderr.on('data', (chunk: Buffer) => (texts.err += chunk.toString()))

  const ending = new AbortController()
  let closed = 0
  let loseOwner = (): void => undefined
  const lost = new Promise<void>((resolve) => {
    loseOwner = resolve
  })
  const context: CliContext = {
    env: { NO_COLOR: '1' },
    workingFolder: '/work',
    version: '1.2.3',
    stdin,
    stdout,
    stderr,
    signal: ending.signal,
    openSession: async () => ({
      app,
      runtimeFolder: '/run/petri',
      isOwner: false,
      lost,
      close: async () => {
        closed += 1
      },
    }),
  }
  return {
    stdin,
    rawModes,
    out: () => texts.out,
    err: () => texts.err,
    closed: () => closed,
    exitCode: runCli(context, args),
    abort: () => ending.abort(),
    loseOwner: () => loseOwner(),
  }
}
