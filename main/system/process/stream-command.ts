import { spawn } from 'node:child_process'

import { CommandError } from './run-command.ts'
import { signalGroup } from './signal-group.ts'

/**
 * Runs a program and gives its output, as bytes, to `onChunk`, one piece after the other and no faster than it takes
 * them. Throws CommandError unless it ends with exit code 0, and whatever `onChunk` throws; then the program is ended.
 */
export async function streamCommand(
  argv: readonly [string, ...string[]],
  options: { readonly signal: AbortSignal; readonly onChunk: (chunk: Buffer) => Promise<void> },
): Promise<void> {
  const [program, ...args] = argv
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const kill = () => signalGroup(child, 'SIGKILL')
  options.signal.addEventListener('abort', kill, { once: true })
  if (options.signal.aborted) kill()
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-4000)))
  // Registered before the first byte: a program that ends at once must not be missed.
  const ended = new Promise<{ exitCode?: number | null; signal?: string | null; cause?: unknown }>((resolve) => {
    child.on('error', (cause) => resolve({ cause })).on('close', (exitCode, signal) => resolve({ exitCode, signal }))
  })
  try {
    for await (const chunk of child.stdout) if (Buffer.isBuffer(chunk)) await options.onChunk(chunk)
  } catch (error) {
    kill()
    await ended
    throw error
  } finally {
    options.signal.removeEventListener('abort', kill)
  }
  const end = await ended
  if (end.exitCode === 0) return
  const failed = end.cause === undefined ? 'failed' : 'not-started'
  throw new CommandError({
    argv,
    reason: options.signal.aborted ? 'cancelled' : failed,
    exitCode: end.exitCode ?? undefined,
    signal: end.signal ?? undefined,
    stderrTail: stderr,
    cause: end.cause,
  })
}
