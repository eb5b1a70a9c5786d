import { spawn } from 'node:child_process'

import { signalGroup } from './signal-group.ts'

/** Kept of each output stream, in bytes; the rest is dropped from the front. */
const OUTPUT_LIMIT = 4 * 1024 * 1024
/** Between SIGTERM and SIGKILL when a command is cancelled or late, in ms. */
const TERM_GRACE_MS = 2_000

export interface CommandResult {
  readonly stdout: string
  readonly stderr: string
}

/** A command that could not be started, ended with an error, was cancelled or ran too long. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly argv: readonly string[]
  readonly reason: 'not-started' | 'failed' | 'cancelled' | 'timed-out'
  readonly exitCode: number | undefined
  readonly signal: string | undefined
  readonly stderrTail: string

  constructor(facts: {
    argv: readonly string[]
    reason: CommandError['reason']
    exitCode?: number | undefined
    signal?: string | undefined
    stderrTail: string
    cause?: unknown
  }) {
    super(`${facts.argv[0] ?? 'command'}: ${facts.stderrTail.trim().split('\n').at(-1) || facts.reason}`, {
      cause: facts.cause,
    })
    this.argv = facts.argv
    this.reason = facts.reason
    this.exitCode = facts.exitCode
    this.signal = facts.signal
    this.stderrTail = facts.stderrTail
  }
}

/**
 * Runs a program to its end and returns what it wrote, as UTF-8. Never a shell.
 *
 * Throws `CommandError` unless it ends with exit code 0. Cancelling sends its group SIGTERM, and SIGKILL after a grace time;
 * the promise settles when the streams are closed, so nothing of the command is left when it does.
 */
export async function runCommand(
  argv: readonly [string, ...string[]],
  options: {
    signal?: AbortSignal
    timeoutMs?: number
    env?: Record<string, string>
    cwd?: string
    /** Gets the output as it comes, in whole characters; then it is not collected, and `stdout` is empty. */
    onOutput?: (chunk: string) => void
    /** Gets the process's number once it runs. */
    onStarted?: (pid: number) => void
    /** Given to its standard input, which is closed after; for what must not stand in argv. */
    input?: string
  } = {},
): Promise<CommandResult> {
  const [program, ...args] = argv
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
    ...(options.env && { env: options.env }),
    ...(options.cwd && { cwd: options.cwd }),
  })
  const { onOutput } = options
  if (onOutput) child.stdout.setEncoding('utf8').on('data', onOutput)
  const stdout = onOutput ? () => '' : collect(child.stdout)
  if (child.pid !== undefined) options.onStarted?.(child.pid)
  child.stdin.on('error', () => {}) // it may end without reading
  child.stdin.end(options.input)
  const stderr = collect(child.stderr)
  let stopped: 'cancelled' | 'timed-out' | undefined
  let killTimer: NodeJS.Timeout | undefined
  const stop = (reason: 'cancelled' | 'timed-out') => {
    stopped ??= reason
    signalGroup(child, 'SIGTERM')
    killTimer ??= setTimeout(() => signalGroup(child, 'SIGKILL'), TERM_GRACE_MS)
  }
  const onAbort = () => stop('cancelled')
  options.signal?.addEventListener('abort', onAbort, { once: true })
  if (options.signal?.aborted) onAbort()
  const timer = options.timeoutMs === undefined ? undefined : setTimeout(() => stop('timed-out'), options.timeoutMs)
  const settle = () => {
    clearTimeout(timer)
    clearTimeout(killTimer)
    options.signal?.removeEventListener('abort', onAbort)
  }
  return new Promise<CommandResult>((resolve, reject) => {
    child.on('error', (cause) => {
      settle()
      reject(new CommandError({ argv, reason: 'not-started', stderrTail: cause.message, cause }))
    })
    child.on('close', (exitCode, signal) => {
      settle()
      if (exitCode === 0 && !stopped) resolve({ stdout: stdout(), stderr: stderr() })
      else
        reject(
          new CommandError({
            argv,
            reason: stopped ?? 'failed',
            exitCode: exitCode ?? undefined,
            signal: signal ?? undefined,
            stderrTail: stderr().slice(-4000),
          }),
        )
    })
  })
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = []
  let size = 0
  stream.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    size += chunk.length
    while (size > OUTPUT_LIMIT && chunks.length > 1) size -= chunks.shift()?.length ?? 0
  })
  return () => Buffer.concat(chunks).toString('utf8')
}
