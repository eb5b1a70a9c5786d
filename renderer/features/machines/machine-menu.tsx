import type { VmEntry } from '#contract/vm-state'
import { Menu } from '@mantine/core'
import {
  CirclePause,
  CirclePlay,
  Copy,
  FileCheck,
  FlaskConical,
  LayoutTemplate,
  Monitor,
  Moon,
  PenLine,
  Play,
  Plug,
  Power,
  RotateCcw,
  Trash2,
  Undo2,
} from 'lucide-react'
import { Fragment } from 'react'

import { type MachineMove, moveWords, possibleMoves } from './machine-moves.ts'

export const moveIcons = {
  start: Play,
  pause: CirclePause,
  resume: CirclePlay,
  shutdown: Power,
  reset: RotateCcw,
  suspend: Moon,
  powerOff: Plug,
  discardSuspended: Undo2,
  throwaway: FlaskConical,
  accept: FileCheck,
  rename: PenLine,
  clone: Copy,
  makeTemplate: LayoutTemplate,
  endTemplate: Monitor,
  delete: Trash2,
} as const

const startsGroup: ReadonlySet<MachineMove> = new Set(['throwaway', 'rename', 'delete'])

interface MachineMenuItemsProps {
  readonly entry: VmEntry
  readonly onMove: (move: MachineMove) => void
}

/** Everything that can be asked of the machine now, for a More button and for a context menu. */
export function MachineMenuItems({ entry, onMove }: MachineMenuItemsProps) {
  const moves = possibleMoves(entry)
  if (moves.length === 0) return <Menu.Label>Nothing can be asked of it</Menu.Label>
  return moves.map((move, index) => {
    const Icon = moveIcons[move]
    return (
      <Fragment key={move}>
        {index > 0 && startsGroup.has(move) && <Menu.Divider />}
        <Menu.Item
          leftSection={<Icon size={15} aria-hidden />}
          {...(move === 'delete' || move === 'powerOff' ? { c: 'var(--petri-tone-bad)' } : {})}
          onClick={() => onMove(move)}
        >
          {moveWords[move]}
        </Menu.Item>
      </Fragment>
    )
  })
}
