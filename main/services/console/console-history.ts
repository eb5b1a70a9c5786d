import { CONSOLE_HISTORY_BYTES, type ConsoleMarker } from '#contract/console'

import { createHistoryRing, type HistoryRing } from './history-ring.ts'

/** Markers kept after their surroundings left the ring, so that a viewer far behind still learns of them. */
const KEPT_MARKERS = 64

export interface PlacedMarker {
  /** Offset in the stream of the first byte after the marker. */
  readonly offset: number
  /** Counts up from 0 for the life of the history. */
  readonly sequence: number
  readonly marker: ConsoleMarker
}

/** A stretch of output, or something that happened between two stretches. */
export type ConsoleEntry =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'marker'; readonly marker: ConsoleMarker }

/** A console's newest output with its markers in place. */
export interface ConsoleHistory {
  readonly ring: HistoryRing
  append(bytes: Uint8Array): void
  mark(marker: ConsoleMarker): void
  /** The first marker from `sequence` on that is still kept. */
  markerFrom(sequence: number): PlacedMarker | undefined
  /** Where a new viewer begins among the markers: with the last one before the oldest byte, if there is one. */
  firstSequence(): number
  /** Sequence number that the next marker gets. */
  readonly nextSequence: number
  readonly lastMarker: ConsoleMarker | undefined
}

export function createConsoleHistory(entries: readonly ConsoleEntry[] = []): ConsoleHistory {
  const ring = createHistoryRing(CONSOLE_HISTORY_BYTES)
  const markers: PlacedMarker[] = []
  let sequence = 0

  const history: ConsoleHistory = {
    ring,
    append: (bytes) => ring.append(bytes),
    mark(marker) {
      markers.push({ offset: ring.end, sequence, marker })
      sequence += 1
      if (markers.length > KEPT_MARKERS) markers.shift()
    },
    markerFrom: (from) => markers.find((placed) => placed.sequence >= from),
    firstSequence() {
      if (ring.start === 0) return markers[0]?.sequence ?? sequence
      const inside = markers.findIndex((placed) => placed.offset > ring.start)
      const index = inside < 0 ? markers.length - 1 : Math.max(0, inside - 1)
      return markers[index]?.sequence ?? sequence
    },
    get nextSequence() {
      return sequence
    },
    get lastMarker() {
      return markers.at(-1)?.marker
    },
  }
  for (const entry of entries) {
    if (entry.kind === 'bytes') history.append(entry.bytes)
    else history.mark(entry.marker)
  }
  return history
}
