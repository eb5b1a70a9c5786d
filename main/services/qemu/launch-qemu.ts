import { spawn } from 'node:child_process'
import { open } from 'node:fs/promises'

import { z } from 'zod'

import { withoutDescriptors } from '../../system/process/without-descriptors.ts'
import { type ProcessIdentity, identifyProcess } from '../../system/process/process-identity.ts'

/** How the sandboxed QEMU ended, as far as its starter can tell. */
export interface QemuExit {
  readonly exitCode: number | undefined
  readonly signal: string | undefined
}

/** A QEMU that was just started. It does not depend on this process: neither on its terminal nor on its life. */
export interface LaunchedQemu {
  /** QEMU itself, not the sandbox around it. Resolves undefined when it ended before it could be identified. */
  readonly identity: Promise<ProcessIdentity | undefined>
  readonly exited: Promise<QemuExit>
}

const infoSchema = z.object({ 'child-pid': z.int().positive() })

/** bwrap gives a command's end by signal N as exit code 128 + N, as shells do. */
const SIGNAL_BASE = 128
const signalNames: Readonly<Record<number, string>> = {
  6: 'SIGABRT',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  15: 'SIGTERM',
  31: 'SIGSYS',
}

/**
 * The one place that starts machines. `argv` is the whole command, bwrap first; stderr goes to a file, so that it is
 * read as it is and outlives the app. `prefix`: what bwrap itself is run by.
 *
 * Detached into a session of its own and never under a pty: a QEMU under a pty dies with the app. Never `-daemonize`:
 * it forks, which the seccomp filter `spawn=deny` forbids. bwrap tells QEMU's pid on a pipe of its own (--info-fd);
 * QEMU is pid 1 in the sandbox's pid namespace.
 */
export async function launchQemu(
  argv: readonly string[],
  options: { stderrPath: string; extraArgs?: readonly string[]; prefix?: readonly string[] },
): Promise<LaunchedQemu> {
  const [bwrap = 'bwrap', ...rest] = argv
  const command = [...(options.prefix ?? []), bwrap, '--info-fd', '3', ...rest, ...(options.extraArgs ?? [])]
  const [program, ...args] = withoutDescriptors(command, 3)
  const stderr = await open(options.stderrPath, 'a', 0o600)
  try {
    const child = spawn(program, args, {
      detached: true,
      cwd: '/',
      env: { PATH: '/usr/bin:/bin' },
      stdio: ['ignore', 'ignore', stderr.fd, 'pipe'],
    })
    child.unref()
    const exited = new Promise<QemuExit>((resolve, reject) => {
      child.on('error', reject)
      child.on('exit', (code, signal) => resolve(exitFacts(code, signal)))
    })
    exited.catch(() => {}) // reported through `identity`; nobody may be listening yet
    const info = child.stdio[3]
    return { identity: Promise.race([readIdentity(info), exited.then(() => undefined)]), exited }
  } finally {
    await stderr.close()
  }
}

async function readIdentity(info: unknown): Promise<ProcessIdentity | undefined> {
  if (!isReadable(info)) return undefined
  let text = ''
  for await (const chunk of info) text += String(chunk)
  const parsed = infoSchema.safeParse(text.trim() === '' ? undefined : JSON.parse(text))
  return parsed.success ? identifyProcess(parsed.data['child-pid']) : undefined
}

function isReadable(stream: unknown): stream is AsyncIterable<Buffer> {
  return typeof stream === 'object' && stream !== null && Symbol.asyncIterator in stream
}

function exitFacts(code: number | null, signal: NodeJS.Signals | null): QemuExit {
  if (signal) return { exitCode: undefined, signal }
  if (code !== null && code > SIGNAL_BASE)
    return { exitCode: undefined, signal: signalNames[code - SIGNAL_BASE] ?? `signal ${code - SIGNAL_BASE}` }
  return { exitCode: code ?? undefined, signal: undefined }
}
