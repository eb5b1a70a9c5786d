import { create } from 'zustand'
import { persist } from 'zustand/middleware'

export type LibraryLayout = 'list' | 'grid'
export type LibrarySort = 'name' | 'state' | 'architecture' | 'memory'

/** How this person likes the window; kept in the browser's storage, so it is never anybody else's. */
interface PreferencesStore {
  readonly layout: LibraryLayout
  readonly sort: LibrarySort
  readonly readinessHidden: boolean
}

export const usePreferencesStore = create<PreferencesStore>()(
  persist((): PreferencesStore => ({ layout: 'list', sort: 'name', readinessHidden: false }), {
    name: 'petri.preferences',
    version: 1,
  }),
)
