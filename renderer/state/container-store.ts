import { create } from 'zustand'

import type { ContainerEntry } from '#contract/container'

/** All containers by id, as the owner last announced them; undefined until the list is there. Written only by `syncStores`. */
export interface ContainerStore {
  readonly entries: ReadonlyMap<string, ContainerEntry> | undefined
}

export const useContainerStore = create<ContainerStore>(() => ({ entries: undefined }))
