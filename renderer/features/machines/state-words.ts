import type { VmArchitecture } from '#contract/vm-spec'
import type { ExitReason, VmState } from '#contract/vm-state'

export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'calm'

/** A state as the library shows it. `icon` names a shape, so that no state is told by colour alone. */
export interface StateWords {
  readonly label: string
  readonly tone: Tone
  readonly icon: 'off' | 'alert' | 'saved' | 'working' | 'on' | 'question' | 'held'
}

export function stateWords(state: VmState): StateWords {
  switch (state.kind) {
    case 'stopped':
      return stoppedWords(state.lastExit)
    case 'suspended':
      return { label: 'Suspended', tone: 'calm', icon: 'saved' }
    case 'starting':
      return { label: 'Starting', tone: 'busy', icon: 'working' }
    case 'running':
      return state.shutdownIgnored === true
        ? { label: 'Running, shutdown ignored', tone: 'warn', icon: 'question' }
        : { label: 'Running', tone: 'good', icon: 'on' }
    case 'paused':
      return state.reason === 'user'
        ? { label: 'Paused', tone: 'warn', icon: 'held' }
        : { label: `Paused: ${pauseReasonWords(state.reason)}`, tone: 'bad', icon: 'held' }
    case 'stopping':
      return { label: 'Shutting down', tone: 'busy', icon: 'working' }
    case 'suspending':
      return { label: `Suspending ${Math.round(state.progress * 100)} %`, tone: 'busy', icon: 'working' }
    case 'not-answering':
      return { label: 'Not answering', tone: 'bad', icon: 'question' }
  }
}

function stoppedWords(lastExit: ExitReason | undefined): StateWords {
  switch (lastExit?.kind) {
    case 'crashed':
      return { label: 'Crashed', tone: 'bad', icon: 'alert' }
    case 'failed-to-start':
      return { label: 'Did not start', tone: 'bad', icon: 'alert' }
    case 'out-of-memory':
      return { label: 'Ended: out of memory', tone: 'bad', icon: 'alert' }
    case 'guest-shutdown':
    case 'powered-off':
    case 'suspended':
    case 'unknown':
    case undefined:
      return { label: 'Stopped', tone: 'calm', icon: 'off' }
  }
}

/** QEMU's RunState words (qapi/run-state.json) for people. */
export function pauseReasonWords(reason: string): string {
  const words: Readonly<Record<string, string>> = {
    user: 'on request',
    'io-error': 'a disk error on the host',
    'guest-panicked': 'the guest panicked',
    watchdog: 'its watchdog expired',
    'internal-error': 'an internal error of QEMU',
    shutdown: 'the guest switched itself off',
    'save-vm': 'a snapshot is being made',
    'restore-vm': 'a snapshot is being loaded',
  }
  return words[reason] ?? reason
}

/** What a pause that nobody asked for means, and what to do; undefined when it was asked for. */
export function pauseAdvice(reason: string): string | undefined {
  switch (reason) {
    case 'user':
      return undefined
    case 'io-error':
      return 'A write to a disk image failed, most often because the host’s disk is full. Free some space, then resume: nothing the guest wrote is lost.'
    case 'guest-panicked':
      return 'The guest’s kernel gave up. Its last words are on the serial console. Reset or power off.'
    case 'internal-error':
      return 'QEMU cannot go on with this machine. Power off; the log holds its words.'
    default:
      return `QEMU paused this machine: ${pauseReasonWords(reason)}.`
  }
}

/** Architectures in the words that distributions use, where QEMU's own are less known. */
export const architectureWords: Readonly<Record<VmArchitecture, string>> = {
  x86_64: 'x86-64',
  i386: 'x86 (32-bit)',
  aarch64: 'arm64',
  arm: 'armhf',
  riscv64: 'riscv64',
  ppc64: 'ppc64',
  s390x: 's390x',
}

export function accelerationWords(accelerator: 'kvm' | 'tcg'): string {
  return accelerator === 'kvm' ? 'KVM' : 'emulated (TCG)'
}

/** 512 -> `512 MiB`, 4096 -> `4 GiB`, 1536 -> `1.5 GiB`. */
export function memoryWords(memoryMiB: number): string {
  if (memoryMiB < 1024) return `${memoryMiB} MiB`
  const gibibytes = memoryMiB / 1024
  return `${Number.isInteger(gibibytes) ? gibibytes : gibibytes.toFixed(1)} GiB`
}

/** 3221225472 -> `3.0 GiB`. */
export function sizeWords(sizeBytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB']
  let size = sizeBytes
  let unit = 0
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024
    unit += 1
  }
  return `${unit === 0 ? size : size.toFixed(1)} ${units[unit] ?? ''}`
}

const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

export function timeWords(iso: string): string {
  return dateTime.format(new Date(iso))
}
