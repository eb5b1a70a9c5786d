import { create } from 'zustand'

import type { Failure } from '#contract/failure'
import type { VmEntry } from '#contract/vm-state'

export type LibraryStatus =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly failure: Failure }

/** All rows of the library by machine id, as the owner last announced them. Written only by `syncStores`. */
export interface VmStore {
  readonly status: LibraryStatus
  readonly entries: ReadonlyMap<string, VmEntry>
}

export const useVmStore = create<VmStore>(() => ({ status: { kind: 'loading' }, entries: new Map() }))

export function useVmEntry(id: string): VmEntry | undefined {
  return useVmStore((store) => store.entries.get(id))
}
