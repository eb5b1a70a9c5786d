import { create } from 'zustand'

import type { Failure } from '#contract/failure'
import type { HostReport } from '#contract/host'

/** What the last check of this host found. Written by `syncStores` and, while checking, by the host actions. */
export interface HostStore {
  readonly report: HostReport | undefined
  readonly checking: boolean
  readonly failure: Failure | undefined
}

export const useHostStore = create<HostStore>(() => ({ report: undefined, checking: false, failure: undefined }))
