import type { VmEntry } from '#contract/vm-state'
import { ActionIcon, Button, Menu } from '@mantine/core'
import { Ellipsis } from 'lucide-react'

import { useActivityStore } from '../../../state/activity-store.ts'
import type { AskMachine } from '../machine-actions.ts'
import { MachineMenuItems, moveIcons } from '../machine-menu.tsx'
import { moveWords, primaryMove } from '../machine-moves.ts'

interface MachineControlsProps {
  readonly entry: VmEntry
  readonly ask: AskMachine
}

/** The one next step of a machine as a button, and everything else behind More. */
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
      <Menu>
        <Menu.Target>
          <ActionIcon aria-label={`More for ${entry.name}`}>
            <Ellipsis size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <MachineMenuItems entry={entry} onMove={(next) => void ask(entry, next)} />
        </Menu.Dropdown>
      </Menu>
    </div>
  )
}
