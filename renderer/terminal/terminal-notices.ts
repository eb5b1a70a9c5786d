import type { ConsoleMarker } from '#contract/console'

import { plainTitle } from './osc-rules.ts'

const markerWords: Readonly<Record<ConsoleMarker['kind'], string>> = {
  'power-on': 'Power on',
  'power-off': 'Power off',
  adopted: 'Console taken over again',
  gap: 'Gap',
}

/** The line shown for a marker, on one line and without control characters. Times are the reader's own. */
export function markerText(marker: ConsoleMarker): string {
  const at = new Date(marker.at).toLocaleString()
  const text = plainTitle(marker.text)
  return `${markerWords[marker.kind]} · ${at}${text === '' ? '' : ` · ${text}`}`
}

export function skippedText(bytes: number): string {
  return `${bytesText(bytes)} skipped: output came faster than it can be drawn`
}

/** A size for people: `812 bytes`, `3.4 MB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`
  return `${(bytes / 1_000_000).toFixed(1)} MB`
}
