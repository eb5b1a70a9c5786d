import { spawn } from 'node:child_process'
import { open, readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'

import { RefusedError } from '../refused-error.ts'
import { childrenOf } from '../../system/process/children-of.ts'
import { withoutDescriptors } from '../../system/process/without-descriptors.ts'

export interface ExecResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

const TERM_GRACE_MS = 2_000

/**
 * Runs a command to its end, whatever its exit code; of a signal it is 128 and the signal's number, as in a shell. Only the
 * last `maxBytes` of each stream are kept. `stdinPath`: the file it reads.
 */
export async function execToEnd(
  argv: readonly string[],
  options: {
    readonly timeoutMs: number
    readonly maxBytes: number
    readonly signal: AbortSignal
    readonly stdinPath?: string
  },
): Promise<ExecResult> {
  const input = options.stdinPath === undefined ? undefined : await open(options.stdinPath, 'r')
  try {
    const [program, ...args] = withoutDescriptors(argv)
    const child = spawn(program, args, { stdio: [input?.fd ?? 'ignore', 'pipe', 'pipe'] })
    if (child.stdout === null || child.stderr === null) throw new Error('a pipe is missing')
    const stdout = lastBytes(child.stdout, options.maxBytes)
    const stderr = lastBytes(child.stderr, options.maxBytes)
    let stopped: 'cancelled' | 'late' | undefined
    let killTimer: NodeJS.Timeout | undefined
    const stop = (why: 'cancelled' | 'late') => {
      stopped ??= why
      // The command itself is a child of lxc-attach, which would end and leave it behind.
      const all = child.pid === undefined ? [] : [...childrenOf(child.pid), child.pid]
      const signal = (name: NodeJS.Signals) => all.forEach((pid) => signalQuietly(pid, name))
      signal('SIGTERM')
      killTimer ??= setTimeout(() => signal('SIGKILL'), TERM_GRACE_MS)
    }
    const onAbort = () => stop('cancelled')
    options.signal.addEventListener('abort', onAbort, { once: true })
    const timer = setTimeout(() => stop('late'), options.timeoutMs)
    try {
      const exitCode = await new Promise<number>((resolve, reject) => {
        child.on('error', reject)
        child.on('close', (code, signal) => resolve(code ?? (signal === 'SIGKILL' ? 137 : 143)))
      })
      options.signal.throwIfAborted()
      if (stopped === 'late')
        throw new RefusedError({
          code: 'not-answering',
          title: `The command did not end within ${options.timeoutMs / 1000} s`,
          evidence: stderr().trim().split('\n').at(-1) ?? '',
          cure: { text: 'Give it more time, or run it in a terminal.' },
        })
      return { exitCode, stdout: stdout(), stderr: stderr() }
    } finally {
      clearTimeout(timer)
      clearTimeout(killTimer)
      options.signal.removeEventListener('abort', onAbort)
    }
  } finally {
    await input?.close()
  }
}

function signalQuietly(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has just ended.
  }
}

function lastBytes(stream: NodeJS.ReadableStream, maxBytes: number): () => string {
  let kept = Buffer.alloc(0)
  stream.on('data', (chunk: Buffer) => {
    kept = Buffer.concat([kept, chunk])
    if (kept.length > maxBytes) kept = kept.subarray(kept.length - maxBytes)
  })
  return () => kept.toString('utf8')
}

/** Refuses what is no regular file; returns the name that it gets inside. */
export async function nameForCopy(path: string): Promise<string> {
  const facts = await stat(path)
  if (facts.isFile()) return basename(path)
  throw new RefusedError({
    code: 'bad-request',
    title: `${path} is not a file`,
    cure: { text: 'Pack a folder into a tar file first, or mount it into the container.' },
  })
}

const CORE_PLACES = ['', 'root', 'tmp', 'var/tmp', 'home', 'var/lib/systemd/coredump', 'var/crash']
const CORE_NAME = /^(core|core\.\d+|.*\.core|qemu_.*\.core)$/

/** Core dumps in the layer that a container writes to: those of emulated programs are called qemu_NAME_TIME_PID.core. */
export async function findCores(
  upper: string,
): Promise<readonly { readonly path: string; readonly sizeBytes: number }[]> {
  const found = await Promise.all(
    CORE_PLACES.map(async (place) => {
      const names = await readdir(join(upper, place)).catch(() => [])
      return await Promise.all(
        names
          .filter((name) => CORE_NAME.test(name))
          .map(async (name) => {
            const facts = await stat(join(upper, place, name)).catch(() => undefined)
            return facts?.isFile() === true ? [{ path: join('/', place, name), sizeBytes: facts.size }] : []
          }),
      )
    }),
  )
  return found.flat(2)
}
