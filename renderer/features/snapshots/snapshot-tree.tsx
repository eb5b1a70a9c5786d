import type { SnapshotListing } from '#contract/snapshot'
import { Camera, CornerDownRight, MapPin, MemoryStick, ShieldCheck } from 'lucide-react'
import { type KeyboardEvent, useMemo, useRef } from 'react'

import { sizeWords, timeWords } from '../machines/state-words.ts'
import { arrangeSnapshots, type TreeRow } from './arrange-snapshots.ts'

interface SnapshotTreeProps {
  readonly listing: SnapshotListing
  readonly machineName: string
  readonly selected: string
  readonly onSelect: (key: string) => void
  /** Enter on a row. */
  readonly onOpen: () => void
}

/** The states of a machine and where it stands among them. Arrows move, Enter goes to what can be done with it. */
export function SnapshotTree({ listing, machineName, selected, onSelect, onOpen }: SnapshotTreeProps) {
  const rows = useMemo(() => arrangeSnapshots(listing), [listing])
  const list = useRef<HTMLDivElement>(null)
  const go = (index: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))]
    if (row === undefined) return
    onSelect(row.key)
    list.current?.querySelector<HTMLElement>(`[data-key="${row.key}"]`)?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const at = rows.findIndex(({ key }) => key === selected)
    const moves: Readonly<Record<string, () => void>> = {
      ArrowDown: () => go(at + 1),
      ArrowUp: () => go(at - 1),
      Home: () => go(0),
      End: () => go(rows.length - 1),
      ArrowLeft: () => go(parentIndex(rows, at)),
      ArrowRight: () => go((rows[at + 1]?.level ?? 0) > (rows[at]?.level ?? 0) ? at + 1 : at),
      Enter: onOpen,
    }
    const move = moves[event.key]
    if (move === undefined || event.ctrlKey || event.altKey || event.metaKey) return
    event.preventDefault()
    move()
  }
  return (
    <div ref={list} className="snapshot-tree" role="tree" aria-label={`Snapshots of ${machineName}`}>
      {rows.map((row) => (
        <div
          key={row.key}
          role="treeitem"
          className="snapshot-row"
          data-key={row.key}
          data-here={row.kind === 'here' || undefined}
          aria-level={row.level}
          aria-selected={row.key === selected}
          tabIndex={row.key === selected ? 0 : -1}
          style={{ paddingInlineStart: `${12 + row.lane * 22}px` }}
          onClick={() => onSelect(row.key)}
          onKeyDown={onKeyDown}
        >
          {row.isBranch && <CornerDownRight size={14} className="quiet snapshot-corner" aria-hidden />}
          {row.kind === 'here' ? <HereRow listing={listing} /> : <SnapshotRow row={row} />}
        </div>
      ))}
    </div>
  )
}

function HereRow({ listing: { here } }: { readonly listing: SnapshotListing }) {
  const grown = here.changedBytes > 0 ? `, about ${sizeWords(here.changedBytes)} written` : ''
  return (
    <>
      <MapPin size={16} className="tone-good" aria-hidden />
      <span className="snapshot-row-name">You are here</span>
      <span className="quiet snapshot-row-facts">
        {here.changed ? `changed since${grown}` : 'nothing changed since'}
      </span>
    </>
  )
}

function SnapshotRow({ row: { snapshot } }: { readonly row: Extract<TreeRow, { kind: 'snapshot' }> }) {
  const size = sizeWords(snapshot.memoryBytes + snapshot.diskBytes)
  return (
    <>
      {snapshot.automatic ? (
        <ShieldCheck size={16} className="quiet" aria-hidden />
      ) : (
        <Camera size={16} className="quiet" aria-hidden />
      )}
      <span className="snapshot-row-name one-line">{snapshot.name}</span>
      {snapshot.memory && (
        <span className="snapshot-mark">
          <MemoryStick size={13} aria-hidden />
          with memory
        </span>
      )}
      <span className="quiet number snapshot-row-facts">
        {size} · {timeWords(snapshot.createdAt)}
      </span>
    </>
  )
}

function parentIndex(rows: readonly TreeRow[], at: number): number {
  const level = rows[at]?.level ?? 1
  for (let index = at - 1; index >= 0; index--) if ((rows[index]?.level ?? 0) < level) return index
  return at
}
