import type { IPty } from 'node-pty'

import type { ByteChannel } from '../byte-channel.ts'
import { createPtyWriter } from './pty-writer.ts'

/** How the program in a pty ended. */
export interface PtyExit {
  readonly exitCode: number
  /** Number of the signal that ended it; undefined: it ended by itself. */
  readonly signal: number | undefined
}

export interface PtyChannel extends ByteChannel {
  readonly pid: number
  /** Called once, after the last byte was delivered. */
  onExit(listener: (exit: PtyExit) => void): void
}

/** node-pty's native part is missing or was built for another Node: terminals for programs cannot be opened. */
export class PtyUnavailableError extends Error {
  override readonly name = 'PtyUnavailableError'

  constructor(cause: unknown) {
    super('The terminal module (node-pty) cannot be loaded; it was not built for this version of Node.', { cause })
  }
}

/** The program could not be started in a pty. */
export class PtySpawnError extends Error {
  override readonly name = 'PtySpawnError'
  readonly argv: readonly string[]

  constructor(argv: readonly string[], cause: unknown) {
    super(
      `${argv[0] ?? 'The program'} could not be started: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    )
    this.argv = argv
  }
}

/**
 * Starts a program in a new pty of `cols` x `rows` characters; `close` hangs up (SIGHUP).
 * node-pty is loaded on the first call, so that a missing native module costs nobody else anything.
 * A program that cannot be executed ends with exit code 1 after the fork; nothing is thrown for it.
 * @throws PtyUnavailableError, PtySpawnError
 */
export async function spawnPtyChannel(options: {
  readonly argv: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly cols: number
  readonly rows: number
}): Promise<PtyChannel> {
  const { spawn } = await import('node-pty').catch((error: unknown) => {
    throw new PtyUnavailableError(error)
  })
  const { argv, cwd, env, cols, rows } = options
  const [program, ...args] = argv
  if (program === undefined) throw new PtySpawnError(argv, new Error('no program given'))
  try {
    return ptyChannel(spawn(program, args, { name: 'xterm-256color', cwd, env, cols, rows, encoding: null }))
  } catch (error) {
    throw new PtySpawnError(argv, error)
  }
}

function ptyChannel(pty: IPty): PtyChannel {
  let exit: PtyExit | undefined
  let dataListener: ((bytes: Uint8Array) => void) | undefined
  let exitListener: ((exit: PtyExit) => void) | undefined
  let closeListener: ((reason: string) => void) | undefined
  const writer = createPtyWriter(descriptorOf(pty))

  pty.pause()
  // Typed as a string, but with `encoding: null` node-pty delivers Buffers.
  pty.onData((data: string | Uint8Array) => dataListener?.(typeof data === 'string' ? Buffer.from(data) : data))
  pty.onExit(({ exitCode, signal }) => {
    exit = { exitCode, signal: signal === 0 ? undefined : signal }
    writer.close()
    exitListener?.(exit)
    closeListener?.(exitText(exit))
  })
  return {
    pid: pty.pid,
    onData(listener) {
      dataListener = listener
      pty.resume()
    },
    onExit(listener) {
      exitListener = listener
      const ended = exit
      if (ended !== undefined) queueMicrotask(() => listener(ended))
    },
    onClose(listener) {
      closeListener = listener
      const ended = exit
      if (ended !== undefined) queueMicrotask(() => listener(exitText(ended)))
    },
    write: (bytes) => writer.write(bytes),
    onDrain: (listener) => writer.onDrain(listener),
    pause: () => pty.pause(),
    resume: () => pty.resume(),
    resize(cols, rows) {
      if (exit === undefined) pty.resize(cols, rows)
    },
    close() {
      writer.close()
      if (exit === undefined) pty.kill('SIGHUP')
      // A paused pty would keep its last bytes, and its end would never be seen.
      pty.resume()
    },
  }
}

function exitText({ exitCode, signal }: PtyExit): string {
  if (signal !== undefined) return `The program was ended by signal ${signal}.`
  return exitCode === 0 ? 'The program ended.' : `The program ended with exit code ${exitCode}.`
}

/** The pty's own descriptor: there on Unix, absent from node-pty's types (seen with 1.1.0). */
function descriptorOf(pty: IPty): number {
  if ('fd' in pty && typeof pty.fd === 'number') return pty.fd
  throw new Error('node-pty gives no descriptor on this system')
}
