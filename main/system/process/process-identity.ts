import { readFileSync } from 'node:fs'

/**
 * What tells one process from every other one that ever had its number: pid numbers come round again, the time of
 * start in clock ticks since boot does not within one boot.
 */
export interface ProcessIdentity {
  readonly pid: number
  /** Field 22 of /proc/PID/stat: clock ticks from boot to the start of the process. */
  readonly startTicks: number
  /** /proc/sys/kernel/random/boot_id. */
  readonly bootId: string
}

/** Identity of the process that has this number now; undefined when there is none (or only its zombie). */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const stat = readProc(`/proc/${pid}/stat`)
  if (stat === undefined) return undefined
  // The command name, in parentheses, may itself hold spaces and parentheses: count from the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const state = fields[0]
  const startTicks = Number(fields[19])
  if (state === 'Z' || state === 'X' || !Number.isSafeInteger(startTicks)) return undefined
  return { pid, startTicks, bootId: bootId() }
}

/** Whether the very process that was identified is still there. */
export function isAlive(identity: ProcessIdentity): boolean {
  const now = identifyProcess(identity.pid)
  return now !== undefined && now.startTicks === identity.startTicks && now.bootId === identity.bootId
}

/**
 * Sends a signal to the identified process and to no other; false when it is gone.
 *
 * Proof and signal follow each other without a turn of the event loop; for another process to be hit, the kernel would
 * have to go through its whole range of pids in those microseconds.
 */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isAlive(identity)) return false
  try {
    return process.kill(identity.pid, signal)
  } catch {
    return false
  }
}

let knownBootId: string | undefined

/** Identifies this boot of the host; '' where the kernel does not say. */
export function bootId(): string {
  knownBootId ??= readProc('/proc/sys/kernel/random/boot_id')?.trim() ?? ''
  return knownBootId
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined // the process ended between two looks
  }
}
