import { type VmEntry } from '#contract/vm-state'

/** State of a machine in one word, for scripts. */
export type StateWord = 'stopped' | 'starting' | 'running' | 'paused' | 'suspended' | 'stopping' | 'crashed'

/** One machine as `--json` prints it. Fields are added, never renamed or removed. */
export interface MachineRow {
  readonly id: string
  readonly name: string
  readonly state: StateWord
  readonly arch: string | null
  readonly accelerator: string | null
  /** The state as Petri knows it: more kinds than `state` has words (`suspending`, `not-answering`). */
  readonly detail: VmEntry['state']['kind']
  /** Why the machine's file cannot be read. */
  readonly damaged?: string
}

export function machineRow(entry: VmEntry): MachineRow {
  const { id, name, state } = entry
  const common = { id, name, state: stateWord(state), detail: state.kind }
  return entry.kind === 'damaged'
    ? { ...common, arch: null, accelerator: null, damaged: entry.reason }
    : { ...common, arch: entry.architecture, accelerator: entry.acceleration.accelerator }
}

/** A machine that does not answer counts as running: its process lives. */
export function stateWord(state: VmEntry['state']): StateWord {
  switch (state.kind) {
    case 'stopped':
      return failedExits.has(state.lastExit?.kind ?? '') ? 'crashed' : 'stopped'
    case 'suspending':
      return 'stopping'
    case 'not-answering':
      return 'running'
    case 'suspended':
    case 'starting':
    case 'running':
    case 'paused':
    case 'stopping':
      return state.kind
  }
}

const failedExits: ReadonlySet<string> = new Set(['failed-to-start', 'crashed', 'out-of-memory'])
