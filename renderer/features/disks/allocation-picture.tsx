import { Skeleton } from '@mantine/core'
import { useCallback } from 'react'

import { useClient } from '../../state/client-context.ts'
import { useAnswer } from '../../state/use-answer.ts'
import { FailureCard } from '../../ui/failure-card.tsx'
import { sizeWords } from '../machines/state-words.ts'

const COLUMNS = 64
const CELLS = COLUMNS * 8
const CELL_PX = 10

/** Where a disk holds data: cells from its beginning to its end, the darker the fuller. */
export function AllocationPicture({ path }: { readonly path: string }) {
  const client = useClient()
  const ask = useCallback(
    (signal: AbortSignal) => client.call('disk.map', { path, cells: CELLS }, { signal }),
    [client, path],
  )
  const { value: map, failure } = useAnswer(ask)
  if (failure !== undefined) return <FailureCard failure={failure} about="Where the data lies" />
  const rows = Math.ceil((map?.cells.length ?? CELLS) / COLUMNS)
  return (
    <section aria-labelledby="map-title">
      <h2 id="map-title" className="disk-heading">
        Where the data lies
      </h2>
      {map === undefined ? (
        <Skeleton height={CELL_PX * 8} radius="sm" />
      ) : (
        <>
          <svg
            className="allocation panel"
            viewBox={`0 0 ${COLUMNS * CELL_PX} ${rows * CELL_PX}`}
            role="img"
            aria-label={`${sizeWords(map.dataBytes)} of data in a disk of ${sizeWords(map.virtualBytes)}`}
          >
            {map.cells.map((cell, index) =>
              cell.data === 0 ? null : (
                <rect
                  // oxlint-disable-next-line react/no-array-index-key -- a cell is its place
                  key={index}
                  x={(index % COLUMNS) * CELL_PX + 1}
                  y={Math.floor(index / COLUMNS) * CELL_PX + 1}
                  width={CELL_PX - 2}
                  height={CELL_PX - 2}
                  rx={2}
                  className={cell.below > 0 ? 'cell-below' : 'cell-own'}
                  opacity={0.25 + 0.75 * cell.data}
                />
              ),
            )}
          </svg>
          <p className="quiet">
            {sizeWords(map.dataBytes)} of data, {sizeWords(map.zeroBytes)} of nothing, in{' '}
            {map.extents === 1 ? 'one run' : `${map.extents} runs`}. Each cell is {sizeWords(map.cellBytes)}.
          </p>
        </>
      )}
    </section>
  )
}
