import { create } from 'zustand'

import type { Job } from '#contract/job'

/** All jobs by id, as the owner last announced them. Written only by `syncStores`. */
export interface JobStore {
  readonly jobs: ReadonlyMap<string, Job>
}

export const useJobStore = create<JobStore>(() => ({ jobs: new Map() }))
