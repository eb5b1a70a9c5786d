import type { VmEntry } from '#contract/vm-state'
import { type RefObject, useState } from 'react'

type ShownRow = Pick<VmEntry, 'id'>

/**
 * React keys for the rows in sight. A search shows other machines in the rows that are there, each with new text, instead
 * of taking all of them down and making them again: that is most of what a key press costs. A row in which somebody is
 * keeps its machine, and so does every row while the list is scrolled.
 */
export function useRowKeys(
  entries: readonly ShownRow[],
  scroller: RefObject<HTMLElement | null>,
): (shown: readonly ShownRow[]) => readonly number[] {
  const [keys] = useState(createRowKeys)
  return (shown) => keys(shown, entries, () => scroller.current?.contains(document.activeElement) ?? false)
}

/** The same without React; `isBusy`: somebody is in one of the rows. */
export function createRowKeys(): (
  shown: readonly ShownRow[],
  entries: readonly ShownRow[],
  isBusy: () => boolean,
) => readonly number[] {
  let next = 0
  let before: {
    readonly entries: readonly ShownRow[]
    readonly ids: readonly string[]
    readonly keys: readonly number[]
  }
  before = { entries: [], ids: [], keys: [] }
  return (shown, entries, isBusy) => {
    const ids = shown.map(({ id }) => id)
    const places = new Map(before.ids.map((id, index) => [id, index]))
    const isOther = entries !== before.entries && !isBusy()
    const keys = ids.map((id, index) => before.keys[(isOther ? index : places.get(id)) ?? -1] ?? next++)
    before = { entries, ids, keys }
    return keys
  }
}
