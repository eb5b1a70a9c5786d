import type { VmEntry } from '#contract/vm-state'
import { Ellipsis, LoaderCircle } from 'lucide-react'
import type { MouseEvent } from 'react'

import { useActivityStore } from '../../../state/activity-store.ts'
import type { AskMachine } from '../machine-actions.ts'
import { moveIcons } from '../machine-menu.tsx'
import { moveWords, primaryMove } from '../machine-moves.ts'
import './machine-controls.css'

interface MachineControlsProps {
  readonly entry: VmEntry
  readonly ask: AskMachine
}

/**
 * The one next step of a machine as a button, and everything else behind More: the menu that all machines in sight share.
 * Plain buttons in the theme's colours: there are two in each row, and a component each would hold up the first picture.
 */
export function MachineControls({ entry, ask }: MachineControlsProps) {
  const pending = useActivityStore((store) => store.pending.has(entry.id))
  const move = primaryMove(entry)
  const Icon = move === undefined ? undefined : moveIcons[move]
  return (
    <div className="machine-controls">
      {move !== undefined && Icon !== undefined && (
        <button
          type="button"
          className="machine-next mantine-focus-auto"
          data-onward={move === 'start' || move === 'resume' || undefined}
          disabled={pending}
          aria-busy={pending || undefined}
          aria-label={`${moveWords[move]} ${entry.name}`}
          onClick={() => void ask(entry, move)}
        >
          {pending ? (
            <LoaderCircle size={14} className="state-icon working" aria-hidden />
          ) : (
            <Icon size={14} aria-hidden />
          )}
          {moveWords[move]}
        </button>
      )}
      <button
        type="button"
        className="machine-more mantine-focus-auto"
        aria-label={`More for ${entry.name}`}
        aria-haspopup="menu"
        onClick={openContextMenu}
      >
        <Ellipsis size={16} aria-hidden />
      </button>
    </div>
  )
}

/** Opens the surrounding context menu below the button, as a press of the menu key would. */
function openContextMenu({ currentTarget }: MouseEvent<HTMLElement>): void {
  const { left, bottom } = currentTarget.getBoundingClientRect()
  const place = { bubbles: true, cancelable: true, clientX: left, clientY: bottom }
  currentTarget.dispatchEvent(new window.MouseEvent('contextmenu', place))
}
