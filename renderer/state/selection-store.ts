import { create } from 'zustand'

/** The machines that are selected in the library, and where a range with Shift begins. */
interface SelectionStore {
  readonly ids: ReadonlySet<string>
  readonly anchor: string | undefined
}

export const useSelectionStore = create<SelectionStore>(() => ({ ids: new Set(), anchor: undefined }))

export function toggleSelected(id: string): void {
  useSelectionStore.setState(({ ids }) => {
    const next = new Set(ids)
    if (!next.delete(id)) next.add(id)
    return { ids: next, anchor: id }
  })
}

/** Adds everything between the last one chosen and this one, as `order` has them. */
export function selectRange(order: readonly string[], id: string): void {
  useSelectionStore.setState(({ ids, anchor }) => {
    const from = anchor === undefined ? -1 : order.indexOf(anchor)
    const to = order.indexOf(id)
    const range = from < 0 || to < 0 ? [id] : order.slice(Math.min(from, to), Math.max(from, to) + 1)
    return { ids: new Set([...ids, ...range]), anchor: anchor ?? id }
  })
}

export function selectAll(order: readonly string[]): void {
  useSelectionStore.setState({ ids: new Set(order) })
}

export function clearSelection(): void {
  useSelectionStore.setState({ ids: new Set(), anchor: undefined })
}
