import type { VmEntry } from '#contract/vm-state'
import { useCallback } from 'react'

import { removeThrowawayRun, type ThrowawayRun } from '../../../state/activity-store.ts'
import { navigate } from '../../../state/use-route.ts'
import { confirm } from '../machine-questions.tsx'
import { endThrowawaySession } from './console-sessions.ts'

/** Ends a throwaway run after a question; its changes are gone with it. */
export function useEndThrowaway(): (run: ThrowawayRun, entry: VmEntry) => Promise<void> {
  return useCallback(async (run, entry) => {
    const agreed = await confirm({
      title: `End the throwaway run of “${entry.name}”?`,
      text: 'It ends at once, and everything it changed is thrown away. The machine itself is as it was.',
      confirm: 'End the run',
    })
    if (!agreed) return
    endThrowawaySession(run.runId)
    removeThrowawayRun(run.runId)
    navigate({ kind: 'machine', id: entry.id, tab: 'serial' })
  }, [])
}
