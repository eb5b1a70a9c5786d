import type { Failure } from '#contract/failure'
import type { VmDetail } from '#contract/vm-state'
import { useEffect, useState } from 'react'

import { failureOf } from '../../../api/call-failed.ts'
import { useClient } from '../../../state/client-context.ts'
import { useVmEntry } from '../../../state/vm-store.ts'

/** The machine's whole spec, read again whenever the owner announces a change of it. */
export function useVmDetail(id: string): {
  readonly detail: VmDetail | undefined
  readonly failure: Failure | undefined
} {
  const client = useClient()
  const entry = useVmEntry(id)
  const [detail, setDetail] = useState<VmDetail>()
  const [failure, setFailure] = useState<Failure>()
  useEffect(() => {
    const abort = new AbortController()
    client.call('vm.show', { id }, { signal: abort.signal }).then(
      (next) => {
        if (abort.signal.aborted) return
        setDetail(next)
        setFailure(undefined)
      },
      (error: unknown) => {
        if (!abort.signal.aborted) setFailure(failureOf(error))
      },
    )
    return () => abort.abort()
  }, [client, id, entry])
  return { detail, failure }
}
