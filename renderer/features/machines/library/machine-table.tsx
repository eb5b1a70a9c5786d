import type { VmEntry } from '#contract/vm-state'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useRef } from 'react'

import type { AskMachine } from '../machine-actions.ts'
import { MachineRow } from './machine-row.tsx'

const ROW_HEIGHT = 48

interface MachineTableProps {
  readonly entries: readonly VmEntry[]
  readonly ask: AskMachine
}

/** The list: only what is in sight exists in the page, so 1,000 machines scroll like 10. Arrow keys go from row to row. */
export function MachineTable({ entries, ask }: MachineTableProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtualizer = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => entries[index]?.id ?? index,
    overscan: 8,
  })

  const moveFocus = (event: KeyboardEvent<HTMLDivElement>): void => {
    const step = steps[event.key]
    if (step === undefined || !(event.target instanceof HTMLAnchorElement)) return
    const row = event.target.closest('[aria-rowindex]')
    const index = Number(row?.getAttribute('aria-rowindex')) - 2
    const next = Math.min(Math.max(index + step, 0), entries.length - 1)
    event.preventDefault()
    virtualizer.scrollToIndex(next)
    requestAnimationFrame(() => {
      scroller.current?.querySelector<HTMLAnchorElement>(`[aria-rowindex="${next + 2}"] a`)?.focus()
    })
  }

  return (
    <div
      className="machine-table panel"
      role="table"
      aria-label="Machines"
      aria-rowcount={entries.length + 1}
      onKeyDown={moveFocus}
    >
      <div role="rowgroup">
        <div className="machine-table-head" role="row" aria-rowindex={1}>
          <div role="columnheader">Name</div>
          <div role="columnheader">State</div>
          <div role="columnheader">Runs as</div>
          <div role="columnheader">Size</div>
          <div role="columnheader" className="machine-table-actions">
            Actions
          </div>
        </div>
      </div>
      <div className="machine-table-body" role="rowgroup" ref={scroller} style={{ height: virtualizer.getTotalSize() }}>
        <div role="presentation" style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
          {virtualizer.getVirtualItems().map((item) => {
            const entry = entries[item.index]
            return (
              entry !== undefined && (
                <MachineRow key={entry.id} entry={entry} ask={ask} position={item.index + 1} top={item.start} />
              )
            )
          })}
        </div>
      </div>
    </div>
  )
}

const steps: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 10,
  PageUp: -10,
  Home: -Infinity,
  End: Infinity,
}
