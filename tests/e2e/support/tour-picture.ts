import type { Locator } from 'playwright/test'

import { notebookRows } from '../../fixtures/notebook-guest.ts'

/** What the picture in the window holds of the notebook's screen: one word for the pixels of each row of text. */
export interface NotebookPicture {
  readonly kept: string
  readonly typed: string
}

/** Reads the notebook's screen from the canvas that shows it; undefined until the guest has drawn it. */
export async function notebookPicture(screen: Locator): Promise<NotebookPicture | undefined> {
  const rows = await screen.evaluate((canvas, { title, kept, typed }) => {
    if (!(canvas instanceof HTMLCanvasElement) || canvas.height !== 400) return undefined
    const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? {}
    if (data === undefined) return undefined
    const rowHeight = canvas.height / 25
    const at = (x: number, y: number) => (y * canvas.width + x) * 4
    // The bar at the top: blue to its right end.
    const bar = at(canvas.width - 20, title * rowHeight + rowHeight / 2)
    const [red = 0, , blue = 0] = data.slice(bar, bar + 3)
    if (blue < 100 || red > 60) return undefined
    const row = (index: number): string => {
      let word = ''
      for (let y = index * rowHeight; y < (index + 1) * rowHeight; y++) {
        let bits = ''
        for (let x = 0; x < canvas.width / 2; x++) bits += (data[at(x, y)] ?? 0) > 90 ? '1' : '0'
        word += `${BigInt(`0b${bits}`).toString(36)} `
      }
      return /[1-9a-z]/.test(word) ? word : ''
    }
    return { kept: row(kept), typed: row(typed) }
  }, notebookRows)
  return rows === undefined || rows.kept === '' || rows.typed === '' ? undefined : rows
}
