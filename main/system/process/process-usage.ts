import { readFileSync } from 'node:fs'

/** Kernel ticks per second in /proc/PID/stat: 100 on every architecture that Linux shows to programs. */
const TICK_MS = 10

/** What a process has used of processor and memory. */
export interface ProcessUsage {
  /** Of all its threads, since it began. */
  readonly cpuMs: number
  readonly residentBytes: number
}

/** Undefined when the process is gone. Two small reads: cheap enough to do for many processes all day. */
export function processUsage(pid: number): ProcessUsage | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // Fields 14 and 15 by the kernel's counting, of which the first two are cut off above.
    const ticks = Number(fields[11]) + Number(fields[12])
    const residentKiB = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return { cpuMs: ticks * TICK_MS, residentBytes: Number(residentKiB ?? 0) * 1024 }
  } catch {
    return undefined
  }
}

/**
 * Memory with shared pages counted by share. Undefined where the kernel does not tell. The kernel walks every page of
 * the process for this: only for somebody who is looking.
 */
export function proportionalBytes(pid: number): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
    const kiB = /^Pss:\s+(\d+) kB/m.exec(text)?.[1]
    return kiB === undefined ? undefined : Number(kiB) * 1024
  } catch {
    return undefined
  }
}
