import { useCallback } from 'react'

import type { VmDetail, VmEntry } from '#contract/vm-state'

import type { Client } from '../../../api/client.ts'
import { useClient } from '../../../state/client-context.ts'
import { type Answer, useAnswer } from '../../../state/use-answer.ts'

/** The machine's whole spec, read again whenever the owner announces a change of it. */
export function useVmDetail(entry: VmEntry): Answer<VmDetail> {
  const client = useClient()
  return useAnswer(useCallback((signal) => readDetail(client, entry, signal), [client, entry]))
}

function readDetail(client: Client, { id }: VmEntry, signal: AbortSignal): Promise<VmDetail> {
  return client.call('vm.show', { id }, { signal })
}
