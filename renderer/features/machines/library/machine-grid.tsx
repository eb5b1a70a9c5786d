import type { VmEntry } from '#contract/vm-state'
import { useElementSize } from '@mantine/hooks'
import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useMemo, useRef } from 'react'

import { useClient } from '../../../state/client-context.ts'
import { AccelerationBadge } from '../acceleration-badge.tsx'
import type { AskMachine } from '../machine-actions.ts'
import { StateLabel } from '../state-label.tsx'
import { memoryWords } from '../state-words.ts'
import { MachineControls } from './machine-controls.tsx'
import { createPictureQueue } from './machine-pictures.ts'
import { PictureContext, TilePicture } from './tile-picture.tsx'
import { SelectBox } from './selection-area.tsx'
import { NameNotes, pageAddress } from './machine-row.tsx'
import { useRowKeys } from './use-row-keys.ts'

const TILE_HEIGHT = 196
const TILE_MIN_WIDTH = 280
const GAP = 12

interface MachineGridProps {
  readonly entries: readonly VmEntry[]
  readonly ask: AskMachine
}

/** The same machines as tiles, drawn a row of tiles at a time. */
export function MachineGrid({ entries, ask }: MachineGridProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const client = useClient()
  const pictures = useMemo(() => createPictureQueue(client), [client])
  const { ref: measured, width } = useElementSize()
  const columns = Math.max(1, Math.floor((width + GAP) / (TILE_MIN_WIDTH + GAP)))
  // oxlint-disable-next-line react/incompatible-library -- a note for the React compiler, which is not used here
  const virtualizer = useVirtualizer({
    count: Math.ceil(entries.length / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => TILE_HEIGHT + GAP,
    overscan: 2,
  })
  const tiles = virtualizer
    .getVirtualItems()
    .flatMap(({ index, start }) =>
      entries
        .slice(index * columns, (index + 1) * columns)
        .map((entry, column) => ({ id: entry.id, entry, column, top: start })),
    )
  const keys = useRowKeys(entries, scroller)(tiles)
  return (
    <PictureContext value={pictures}>
      <div className="machine-grid-scroller" ref={scroller}>
        <ul
          className="machine-grid"
          aria-label="Machines"
          ref={measured}
          style={{ height: virtualizer.getTotalSize() }}
        >
          {tiles.map(({ entry, column, top }, index) => (
            <MachineTile
              key={keys[index]}
              entry={entry}
              ask={ask}
              left={`calc((100% + ${GAP}px) * ${column / columns})`}
              width={`calc((100% + ${GAP}px) / ${columns} - ${GAP}px)`}
              top={top}
            />
          ))}
        </ul>
      </div>
    </PictureContext>
  )
}

interface MachineTileProps {
  readonly entry: VmEntry
  readonly ask: AskMachine
  readonly left: string
  readonly width: string
  readonly top: number
}

const MachineTile = memo(function MachineTile({ entry, ask, left, width, top }: MachineTileProps) {
  return (
    <li className="machine-tile panel" data-machine-id={entry.id} style={{ left, width, top, height: TILE_HEIGHT }}>
      <div className="machine-tile-name">
        <SelectBox entry={entry} />
        <a className="machine-link one-line" dir="auto" href={pageAddress(entry)} title={entry.name}>
          {entry.name}
        </a>
        <NameNotes entry={entry} />
      </div>
      <StateLabel entry={entry} />
      {entry.kind === 'machine' ? (
        <div className="machine-tile-facts">
          <AccelerationBadge architecture={entry.architecture} acceleration={entry.acceleration} />
          <span className="quiet number one-line">
            {memoryWords(entry.memoryMiB)}, {entry.cpus} CPU{entry.cpus === 1 ? '' : 's'}
          </span>
        </div>
      ) : (
        <span className="quiet one-line" title={`${entry.reason} (${entry.file})`}>
          {entry.reason}
        </span>
      )}
      <div className="machine-tile-foot">
        {entry.kind === 'machine' && !entry.template ? <TilePicture key={entry.id} entry={entry} /> : <span />}
        <MachineControls entry={entry} ask={ask} />
      </div>
    </li>
  )
})
