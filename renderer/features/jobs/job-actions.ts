import { useMemo } from 'react'

import { failureOf } from '../../api/call-failed.ts'
import type { Client } from '../../api/client.ts'
import { useClient } from '../../state/client-context.ts'
import { tellFailure } from './tell-failure.ts'

export type JobMove = 'pause' | 'resume' | 'cancel' | 'retry' | 'forget'

interface JobActions {
  /** Asks the owner; what became of it comes as an event, a refusal as a toast. */
  ask(id: string, move: JobMove): Promise<void>
  /** Forgets every job that has ended. */
  clear(): Promise<void>
}

export function useJobActions(): JobActions {
  const client = useClient()
  return useMemo(() => createJobActions(client), [client])
}

export function createJobActions(client: Client): JobActions {
  return {
    ask: (id, move) => orToast(() => client.call(`job.${move}`, { id })),
    clear: () => orToast(() => client.call('job.forget', {})),
  }
}

async function orToast(call: () => Promise<unknown>): Promise<void> {
  try {
    await call()
  } catch (error) {
    tellFailure(failureOf(error))
  }
}
