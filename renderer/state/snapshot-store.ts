import { create } from 'zustand'

/**
 * How often the owner has announced a change of a machine's snapshots, by the machine's id: whoever shows them asks
 * again when it grows. Written only by `syncStores`.
 */
export interface SnapshotStore {
  readonly revisions: ReadonlyMap<string, number>
}

export const useSnapshotStore = create<SnapshotStore>(() => ({ revisions: new Map() }))
