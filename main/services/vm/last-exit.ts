import { existsSync } from 'node:fs'
import { mkdir, open, readFile, rm } from 'node:fs/promises'

import { explainExit } from '../../domain/vm/explain-exit.ts'
import { writeDurableFile } from '../../system/files/write-durable-file.ts'
import { type ExitReason, exitReasonSchema } from '#contract/vm-state'
import type { QemuExit } from '../qemu/launch-qemu.ts'
import type { VmFolders } from './vm-folders.ts'
import type { SessionEnd } from './vm-session.ts'

/** Read of QEMU's last words, in bytes. */
const STDERR_TAIL_BYTES = 4096

/**
 * Why a machine is no longer running, from everything there is: what was asked, what QEMU announced, its last words,
 * its exit status where this process started it, and whether the kernel has killed anything for memory since.
 */
export async function findExitReason(options: {
  end: SessionEnd
  exit: QemuExit | undefined
  stderrPath: string
  oomKillsGrew: boolean
  started: boolean
  at: Date
}): Promise<ExitReason> {
  const { end, exit } = options
  const at = options.at.toISOString()
  if (end.requested === 'suspend')
    return { kind: 'suspended', message: 'Its memory was saved; the next start goes on from there.', at }
  if (end.requested === 'power-off') return { kind: 'powered-off', message: 'It was powered off.', at }
  if (end.shutdownReason === 'guest-shutdown')
    return { kind: 'guest-shutdown', message: 'The guest switched itself off.', at }
  if (end.shutdownReason === 'host-qmp-quit')
    return { kind: 'powered-off', message: 'It was powered off over its monitor.', at }
  const stderrTail = await readTail(options.stderrPath)
  const facts = {
    exitCode: exit?.exitCode,
    signal: exit?.signal,
    stderrTail,
    oomKillsGrew: options.oomKillsGrew,
    started: options.started,
  }
  return { ...explainExit(facts), at }
}

/** The kernel's count of processes it ended for want of memory; 0 where it does not tell. */
export async function readOomKills(): Promise<number> {
  const text = await readFile('/proc/vmstat', 'utf8').catch(() => '')
  return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0)
}

export async function writeLastExit(folders: VmFolders, id: string, reason: ExitReason): Promise<void> {
  await mkdir(folders.state(id), { recursive: true, mode: 0o700 })
  await writeDurableFile(folders.lastExit(id), JSON.stringify(reason))
}

export async function readLastExit(folders: VmFolders, id: string): Promise<ExitReason | undefined> {
  if (!existsSync(folders.lastExit(id))) return undefined
  try {
    return exitReasonSchema.parse(JSON.parse(await readFile(folders.lastExit(id), 'utf8')))
  } catch {
    return undefined
  }
}

export async function forgetRun(folders: VmFolders, id: string): Promise<void> {
  await rm(folders.runtime(id), { recursive: true, force: true })
}

async function readTail(path: string): Promise<string> {
  const file = await open(path, 'r').catch(() => undefined)
  if (!file) return ''
  try {
    const { size } = await file.stat()
    const bytes = Buffer.alloc(Math.min(size, STDERR_TAIL_BYTES))
    await file.read(bytes, 0, bytes.length, size - bytes.length)
    return bytes.toString('utf8')
  } finally {
    await file.close()
  }
}
