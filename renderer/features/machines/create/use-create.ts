import type { CloudInitInput } from '#contract/cloud-init'
import { openJobStates } from '#contract/job-states'
import { useCallback, useEffect, useState } from 'react'

import { failureOf } from '../../../api/call-failed.ts'
import { useClient } from '../../../state/client-context.ts'
import { useJobStore } from '../../../state/job-store.ts'
import { navigate } from '../../../state/use-route.ts'
import type { FailureFacts } from '../../../ui/failure-card.tsx'
import type { NewMachine } from './draft-from-source.ts'

/** Makes machines from the wizard and goes to them; what takes time is a job that is watched here. */
export function useCreate() {
  const client = useClient()
  const [asking, setAsking] = useState(false)
  const [jobId, setJobId] = useState<string>()
  const [failure, setFailure] = useState<FailureFacts>()

  const state = useJobStore((store) => (jobId === undefined ? undefined : store.jobs.get(jobId)?.state))
  useEffect(() => {
    if (state?.kind === 'done' && typeof state.result['id'] === 'string')
      navigate({ kind: 'machine', id: state.result['id'], tab: 'serial' })
  }, [state])
  const isOpen = jobId !== undefined && (state === undefined || openJobStates.includes(state.kind))

  const begin = useCallback(async (ask: () => Promise<{ readonly jobId: string } | { readonly id: string }>) => {
    setAsking(true)
    setFailure(undefined)
    setJobId(undefined)
    try {
      const answer = await ask()
      if ('jobId' in answer) setJobId(answer.jobId)
      else navigate({ kind: 'machine', id: answer.id, tab: 'serial' })
    } catch (error) {
      setFailure(failureOf(error))
    } finally {
      setAsking(false)
    }
  }, [])

  const create = useCallback(
    async ({ draft, newDisks, imports }: NewMachine, cloudInit: CloudInitInput | undefined) =>
      await begin(async () => {
        const wish = { draft, newDisks: { ...newDisks } }
        return cloudInit === undefined && Object.keys(imports).length === 0
          ? await client.call('vm.create', wish)
          : await client.call('vm.build', { ...wish, imports: { ...imports }, ...(cloudInit && { cloudInit }) })
      }),
    [client, begin],
  )
  const clone = useCallback(
    async (id: string, kind: 'full' | 'linked', name: string) =>
      await begin(async () => await client.call('vm.clone', { id, kind, name })),
    [client, begin],
  )
  return {
    create,
    clone,
    /** Of the job that makes the machine, until it ends. */
    jobId: isOpen ? jobId : undefined,
    busy: asking || isOpen,
    failure: failure ?? (state?.kind === 'failed' ? state.failure : undefined),
    dismissFailure: () => {
      setFailure(undefined)
      setJobId(undefined)
    },
  }
}
