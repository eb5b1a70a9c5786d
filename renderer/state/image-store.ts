import { create } from 'zustand'

/**
 * Counts what the owner announces about images. The list itself is long and shown on one screen alone, so that screen asks
 * for it, and asks again when this changes.
 */
export const useImageStore = create<{ readonly changes: number }>(() => ({ changes: 0 }))

/** Called by `syncStores`. */
export function noteImageChange(): void {
  useImageStore.setState(({ changes }) => ({ changes: changes + 1 }))
}
