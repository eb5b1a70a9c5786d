import { create } from 'zustand'

/** Whether the drawer with the jobs is open. It belongs to the window, not to a screen. */
export const useJobDrawerStore = create<{ readonly open: boolean }>(() => ({ open: false }))

export function setJobDrawerOpen(open: boolean): void {
  useJobDrawerStore.setState({ open })
}
