import type { VmEntry } from '#contract/vm-state'
import { ActionIcon, Button } from '@mantine/core'
import { Ellipsis } from 'lucide-react'
import type { MouseEvent } from 'react'

import { useActivityStore } from '../../../state/activity-store.ts'
import type { AskMachine } from '../machine-actions.ts'
import { moveIcons } from '../machine-menu.tsx'
import { moveWords, primaryMove } from '../machine-moves.ts'

interface MachineControlsProps {
  readonly entry: VmEntry
  readonly ask: AskMachine
}

/** The one next step of a machine as a button, and everything else behind More: the menu that all machines in sight share. */
export function MachineControls({ entry, ask }: MachineControlsProps) {
  const pending = useActivityStore((store) => store.pending.has(entry.id))
  const move = primaryMove(entry)
  const Icon = move === undefined ? undefined : moveIcons[move]
  return (
    <div className="machine-controls">
      {move !== undefined && Icon !== undefined && (
        <Button
          size="compact-sm"
          variant={move === 'start' || move === 'resume' ? 'light' : 'default'}
          leftSection={<Icon size={14} aria-hidden />}
          loading={pending}
          aria-label={`${moveWords[move]} ${entry.name}`}
          onClick={() => void ask(entry, move)}
        >
          {moveWords[move]}
        </Button>
      )}
      <ActionIcon aria-label={`More for ${entry.name}`} aria-haspopup="menu" onClick={openContextMenu}>
        <Ellipsis size={16} />
      </ActionIcon>
    </div>
  )
}

/** Opens the surrounding context menu below the button, as a press of the menu key would. */
function openContextMenu({ currentTarget }: MouseEvent<HTMLElement>): void {
  const { left, bottom } = currentTarget.getBoundingClientRect()
  const place = { bubbles: true, cancelable: true, clientX: left, clientY: bottom }
  currentTarget.dispatchEvent(new window.MouseEvent('contextmenu', place))
}
