import stringWidth from 'string-width'

import { safeText } from './safe-text.ts'

const GAP = '  '
/** A column is never cut below this many cells. */
const MIN_CUT_WIDTH = 8

/**
 * Rows as aligned columns, one line each with a line break. Text is made safe for a terminal. When a row is wider than
 * `columns` cells, the widest cells are cut with an ellipsis; with `columns` undefined (not a terminal) nothing is cut.
 */
export function tableText(rows: readonly (readonly string[])[], columns: number | undefined): string {
  const safeRows = rows.map((row) => row.map((cell) => safeText(cell)))
  const widths = fitWidths(columnWidths(safeRows), columns)
  return safeRows
    .map(
      (row) =>
        row
          .map((cell, index) => padCell(cell, widths[index] ?? 0))
          .join(GAP)
          .trimEnd() + '\n',
    )
    .join('')
}

function columnWidths(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = []
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, stringWidth(cell))
  }
  return widths
}

/** Takes from the widest column until the row fits. */
function fitWidths(widths: readonly number[], columns: number | undefined): readonly number[] {
  const fitted = [...widths]
  if (columns === undefined) return fitted
  let excess = fitted.reduce((sum, width) => sum + width, 0) + GAP.length * (fitted.length - 1) - columns
  while (excess > 0) {
    const widest = Math.max(...fitted)
    if (widest <= MIN_CUT_WIDTH) break
    fitted[fitted.indexOf(widest)] = widest - 1
    excess -= 1
  }
  return fitted
}

function padCell(cell: string, width: number): string {
  const text = stringWidth(cell) > width ? `${cutText(cell, width - 1)}…` : cell
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)))
}

const graphemes = new Intl.Segmenter()

/** The beginning of a text that fits into this many cells, never half a character. */
export function cutText(text: string, width: number): string {
  let kept = ''
  let used = 0
  for (const { segment } of graphemes.segment(text)) {
    used += stringWidth(segment)
    if (used > width) break
    kept += segment
  }
  return kept
}
