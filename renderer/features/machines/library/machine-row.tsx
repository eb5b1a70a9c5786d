import type { VmEntry } from '#contract/vm-state'
import { FileWarning, Lock } from 'lucide-react'
import { memo } from 'react'

import { formatRoute } from '../../../state/route.ts'
import { AccelerationBadge } from '../acceleration-badge.tsx'
import type { AskMachine } from '../machine-actions.ts'
import { StateLabel } from '../state-label.tsx'
import { memoryWords } from '../state-words.ts'
import { MachineControls } from './machine-controls.tsx'
import { SelectBox } from './selection-area.tsx'

interface MachineRowProps {
  readonly entry: VmEntry
  readonly ask: AskMachine
  /** Place in the whole list, from 1. */
  readonly position: number
  readonly top: number
}

/** One machine in the list. Drawn again only when its own entry changes. */
export const MachineRow = memo(function MachineRow({ entry, ask, position, top }: MachineRowProps) {
  return (
    <div
      className="machine-row"
      role="row"
      data-machine-id={entry.id}
      aria-rowindex={position + 1}
      style={{ transform: `translateY(${top}px)` }}
    >
      <div role="cell" className="machine-name-cell">
        <SelectBox entry={entry} />
        <a className="machine-link one-line" dir="auto" href={pageAddress(entry)} title={entry.name}>
          {entry.name}
        </a>
        <NameNotes entry={entry} />
      </div>
      <div role="cell" className="machine-state-cell">
        <StateLabel entry={entry} />
      </div>
      {entry.kind === 'machine' ? (
        <>
          <div role="cell" className="machine-badge-cell">
            <AccelerationBadge architecture={entry.architecture} acceleration={entry.acceleration} />
          </div>
          <div role="cell" className="machine-size-cell number quiet">
            {memoryWords(entry.memoryMiB)}, {entry.cpus} CPU{entry.cpus === 1 ? '' : 's'}
          </div>
        </>
      ) : (
        <div role="cell" aria-colspan={2} className="machine-damage-cell quiet">
          <span className="one-line" title={`${entry.reason} (${entry.file})`}>
            {entry.reason} <span className="machine-file">{entry.file}</span>
          </span>
        </div>
      )}
      <div role="cell">
        <MachineControls entry={entry} ask={ask} />
      </div>
    </div>
  )
})

/** What stands beside a name: tags, and why a machine cannot be used as usual. */
export function NameNotes({ entry }: { readonly entry: VmEntry }) {
  if (entry.kind === 'damaged') {
    return (
      <span className="machine-note tone-bad">
        <FileWarning size={13} aria-hidden /> Damaged
      </span>
    )
  }
  return (
    <>
      {entry.readOnly && (
        <span
          className="machine-note tone-warn"
          title="Made by a newer Petri: it can be looked at and is never changed here."
        >
          <Lock size={13} aria-hidden /> Read-only
        </span>
      )}
      {entry.tags.slice(0, 3).map((tag) => (
        <span key={tag} className="tag one-line">
          {tag}
        </span>
      ))}
    </>
  )
}

export function pageAddress(entry: VmEntry): string {
  return formatRoute({ kind: 'machine', id: entry.id, tab: entry.kind === 'machine' ? 'serial' : 'overview' })
}
