import { Menu } from '@mantine/core'
import { type MouseEvent, type ReactNode, useState } from 'react'

import { useVmEntry } from '../../../state/vm-store.ts'
import type { AskMachine } from '../machine-actions.ts'
import { MachineMenuItems } from '../machine-menu.tsx'

interface MachineContextMenuProps {
  readonly ask: AskMachine
  /** Machines, each inside an element with `data-machine-id`. */
  readonly children: ReactNode
}

/** One context menu for all machines in sight: a menu of its own in every row would be paid for with each scrolled row. */
export function MachineContextMenu({ ask, children }: MachineContextMenuProps) {
  const [id, setId] = useState('')
  const entry = useVmEntry(id)
  const choose = (event: MouseEvent): void => {
    const row = event.target instanceof Element ? event.target.closest('[data-machine-id]') : null
    if (row === null) event.stopPropagation()
    else setId(row.getAttribute('data-machine-id') ?? '')
  }
  return (
    <Menu>
      <Menu.ContextMenu>
        <div className="machine-context" onContextMenuCapture={choose}>
          {children}
        </div>
      </Menu.ContextMenu>
      <Menu.Dropdown>
        {entry !== undefined && <MachineMenuItems entry={entry} onMove={(move) => void ask(entry, move)} />}
      </Menu.Dropdown>
    </Menu>
  )
}
