import type { VmEntry } from '#contract/vm-state'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useDeferredValue, useRef } from 'react'

import type { AskMachine } from '../machine-actions.ts'
import { MachineRow } from './machine-row.tsx'
import { useRowKeys } from './use-row-keys.ts'

const ROW_HEIGHT = 48
const HEAD_HEIGHT = 34
/** Rows kept above and below what is in sight. */
const OVERSCAN = 8

interface MachineTableProps {
  readonly entries: readonly VmEntry[]
  readonly ask: AskMachine
}

/** The list: only what is in sight exists in the page, so 1,000 machines scroll like 10. Arrow keys go from row to row. */
export function MachineTable({ entries, ask }: MachineTableProps) {
  const scroller = useRef<HTMLDivElement>(null)
  // The first picture has what is in sight; what a scroll will need comes after it.
  const overscan = useDeferredValue(OVERSCAN, 0)
  // oxlint-disable-next-line react/incompatible-library -- a note for the React compiler, which is not used here
  const virtualizer = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => entries[index]?.id ?? index,
    overscan,
    // The head lies above the rows inside the scroller, and stays in sight over them.
    scrollMargin: HEAD_HEIGHT,
    scrollPaddingStart: HEAD_HEIGHT,
  })
  const rows = virtualizer.getVirtualItems().flatMap(({ index, start }) => {
    const entry = entries[index]
    return entry === undefined ? [] : [{ id: entry.id, entry, position: index + 1, top: start - HEAD_HEIGHT }]
  })
  const keys = useRowKeys(entries, scroller)(rows)

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
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the keys come from the links in its rows
    <div
      className="machine-table panel"
      role="table"
      aria-label="Machines"
      aria-rowcount={entries.length + 1}
      ref={scroller}
      onKeyDown={moveFocus}
    >
      <div role="rowgroup" className="machine-table-head-group">
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
      <div className="machine-table-body" role="rowgroup" style={{ height: virtualizer.getTotalSize() }}>
        {rows.map(({ entry, position, top }, index) => (
          <MachineRow key={keys[index]} entry={entry} ask={ask} position={position} top={top} />
        ))}
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
