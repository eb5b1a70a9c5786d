import { create } from 'zustand'

/** Whether the owner can be reached; always true in Electron. */
export const useConnectionStore = create<{ readonly connected: boolean }>(() => ({ connected: true }))
