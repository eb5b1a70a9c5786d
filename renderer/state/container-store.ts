import { create } from 'zustand'

import type { ContainerEntry } from '#contract/container'
import type { Failure } from '#contract/failure'

/** All containers by id, as the owner last announced them; undefined until the list is there. Written only by `syncStores`. */
export interface ContainerStore {
  readonly entries: ReadonlyMap<string, ContainerEntry> | undefined
  /** Why the list could not be read, if it could not. */
  readonly failure: Failure | undefined
}

export const useContainerStore = create<ContainerStore>(() => ({ entries: undefined, failure: undefined }))
