import type { VmEntry } from '#contract/vm-state'

export const machineMoves = [
  'start',
  'pause',
  'resume',
  'shutdown',
  'reset',
  'suspend',
  'powerOff',
  'discardSuspended',
  'throwaway',
  'accept',
  'rename',
  'clone',
  'makeTemplate',
  'endTemplate',
  'delete',
] as const
export type MachineMove = (typeof machineMoves)[number]

export const moveWords: Readonly<Record<MachineMove, string>> = {
  start: 'Start',
  pause: 'Pause',
  resume: 'Resume',
  shutdown: 'Shut down',
  reset: 'Reset',
  suspend: 'Suspend to disk',
  powerOff: 'Power off',
  discardSuspended: 'Discard saved memory',
  throwaway: 'Throwaway run',
  accept: 'Read again',
  rename: 'Rename',
  clone: 'Clone',
  makeTemplate: 'Make a template',
  endTemplate: 'Make a machine again',
  delete: 'Delete',
}

/** What can be asked of a machine in its present state, in the order of a menu. */
export function possibleMoves(entry: VmEntry): readonly MachineMove[] {
  const life = lifeMoves(entry)
  const off = isOff(entry)
  if (entry.kind === 'damaged') {
    return [
      ...life.filter((move) => move !== 'start' && move !== 'resume'),
      ...(off ? (['accept', 'delete'] as const) : []),
    ]
  }
  if (entry.readOnly) return life.filter((move) => move !== 'start')
  if (entry.template) return ['clone', 'rename', 'endTemplate', 'delete']
  return [
    ...life,
    ...(entry.state.kind === 'stopped' ? (['throwaway'] as const) : []),
    'rename',
    ...(off ? (['clone'] as const) : []),
    ...(entry.state.kind === 'stopped' ? (['makeTemplate'] as const) : []),
    ...(off ? (['delete'] as const) : []),
  ]
}

/** The one move that a row offers as its button; undefined while there is nothing to ask for. */
export function primaryMove(entry: VmEntry): MachineMove | undefined {
  const moves = possibleMoves(entry)
  const order: readonly MachineMove[] = ['start', 'resume', 'shutdown', 'powerOff', 'accept', 'clone']
  return order.find((move) => moves.includes(move))
}

/** Stopped or suspended: no process, so its files can be changed. */
export function isOff(entry: VmEntry): boolean {
  return entry.state.kind === 'stopped' || entry.state.kind === 'suspended'
}

function lifeMoves({ state }: VmEntry): readonly MachineMove[] {
  switch (state.kind) {
    case 'stopped':
      return ['start']
    case 'suspended':
      return ['resume', 'discardSuspended']
    case 'starting':
      return ['powerOff']
    case 'running':
      return ['pause', 'shutdown', 'reset', 'suspend', 'powerOff']
    case 'paused':
      return ['resume', 'reset', 'suspend', 'powerOff']
    case 'stopping':
      return ['powerOff']
    case 'suspending':
      return ['powerOff']
    case 'not-answering':
      return ['powerOff']
  }
}
