import type { CallResult } from '#contract/api'
import type { Failure } from '#contract/failure'
import type { DiskImport } from '#contract/vm-build'
import type { VmDraft } from '#contract/vm-spec'
import { useDebouncedValue } from '@mantine/hooks'
import { useEffect, useState } from 'react'

import { failureOf } from '../../../api/call-failed.ts'
import { useClient } from '../../../state/client-context.ts'

const noImports: Readonly<Record<string, DiskImport>> = {}

/** How long typing has to rest before the draft is checked, in ms. */
const REST_MS = 250

export interface Preview {
  /** The last answer; it stays on show while a newer draft is being checked. */
  readonly result: CallResult<'vm.preview'> | undefined
  /** Whether `result` belongs to the draft as it is now. */
  readonly current: boolean
  readonly failure: Failure | undefined
}

/** Asks the owner what would happen with this draft, whenever it rests. A newer question cancels the older one. */
export function usePreview(
  draft: VmDraft | undefined,
  newDisks: Readonly<Record<string, number>>,
  imports: Readonly<Record<string, DiskImport>> = noImports,
  seed = false,
): Preview {
  const client = useClient()
  const [settled] = useDebouncedValue(draft, REST_MS)
  const [answer, setAnswer] = useState<{ readonly draft: VmDraft; readonly result: CallResult<'vm.preview'> }>()
  const [failure, setFailure] = useState<Failure>()

  useEffect(() => {
    if (settled === undefined) return
    const abort = new AbortController()
    client
      .call(
        'vm.preview',
        { draft: settled, newDisks: { ...newDisks }, imports: { ...imports }, seed },
        { signal: abort.signal },
      )
      .then(
        (result) => {
          if (abort.signal.aborted) return
          setAnswer({ draft: settled, result })
          setFailure(undefined)
        },
        (error: unknown) => {
          if (!abort.signal.aborted) setFailure(failureOf(error))
        },
      )
    return () => abort.abort()
  }, [client, settled, newDisks, imports, seed])

  return { result: answer?.result, current: answer !== undefined && answer.draft === draft, failure }
}
