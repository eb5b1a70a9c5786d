import type { VmEntry } from '#contract/vm-state'
import { type KeyboardEvent, type MouseEvent, type ReactNode, useEffect } from 'react'

import {
  clearSelection,
  selectAll,
  selectRange,
  toggleSelected,
  useSelectionStore,
} from '../../../state/selection-store.ts'

interface SelectionAreaProps {
  /** In the order in which they are shown. */
  readonly entries: readonly VmEntry[]
  /** Machines, each inside an element with `data-machine-id`. */
  readonly children: ReactNode
}

/**
 * Opening a machine: a click anywhere on it. Selecting machines: Ctrl+click and Space for one more, Shift+click for a range, Ctrl+A for all in sight, Escape for
 * none. One place for list and grid, so that a row costs a checkbox and nothing else.
 */
export function SelectionArea({ entries, children }: SelectionAreaProps) {
  useEffect(() => clearSelection, [])
  const order = (): readonly string[] => entries.map(({ id }) => id)

  const choose = (id: string, range: boolean): void => {
    if (range) selectRange(order(), id)
    else toggleSelected(id)
  }
  const click = (event: MouseEvent<HTMLElement>): void => {
    const target = placeOf(event)
    if (target === undefined || target.element.closest('button') !== null) return
    if (!(event.ctrlKey || event.metaKey || event.shiftKey)) return openMachine(target.element)
    const isBox = target.element instanceof HTMLInputElement
    if (isBox && !event.shiftKey) return
    event.preventDefault()
    event.stopPropagation()
    const { shiftKey } = event
    // The browser takes back its own tick after this event, so React's has to come later.
    if (isBox) setTimeout(() => choose(target.id, shiftKey))
    else choose(target.id, shiftKey)
  }
  const press = (event: KeyboardEvent<HTMLElement>): void => {
    const { key, shiftKey } = event
    // Keys in the menu over a machine bubble through here, too.
    if (!(event.target instanceof Node && event.currentTarget.contains(event.target))) return
    if (key === ' ' && event.target instanceof HTMLAnchorElement) {
      const target = placeOf(event)
      if (target === undefined) return
      event.preventDefault()
      choose(target.id, shiftKey)
    } else if (key === 'a' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      selectAll(order())
    } else if (key === 'Escape' && useSelectionStore.getState().ids.size > 0) clearSelection()
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- the keys come from the links and boxes inside
    <div className="machine-context" onClickCapture={click} onMouseDown={keepText} onKeyDown={press}>
      {children}
    </div>
  )
}

export function SelectBox({ entry }: { readonly entry: VmEntry }) {
  const selected = useSelectionStore((store) => store.ids.has(entry.id))
  return (
    <input
      type="checkbox"
      className="machine-select"
      aria-label={`Select ${entry.name}`}
      checked={selected}
      onChange={() => toggleSelected(entry.id)}
    />
  )
}

/** The whole row leads where its name leads, except where it has something else to click or text has been marked. */
function openMachine(element: Element): void {
  if (element.closest('a, input') !== null || getSelection()?.isCollapsed === false) return
  element.closest('[data-machine-id]')?.querySelector<HTMLElement>('.machine-link')?.click()
}

/** Shift and a click would also mark the text between. */
function keepText(event: MouseEvent): void {
  if (event.shiftKey) event.preventDefault()
}

function placeOf({ target }: { readonly target: EventTarget }): { element: Element; id: string } | undefined {
  if (!(target instanceof Element)) return undefined
  const id = target.closest('[data-machine-id]')?.getAttribute('data-machine-id') ?? undefined
  return id === undefined ? undefined : { element: target, id }
}
