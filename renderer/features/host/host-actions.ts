import { useCallback } from 'react'

import { failureOf } from '../../api/call-failed.ts'
import { useClient } from '../../state/client-context.ts'
import { useHostStore } from '../../state/host-store.ts'

/** Returns what asks for a report; `again` probes everything anew, otherwise a recent report will do. */
export function useCheckHost(): (again: boolean) => Promise<void> {
  const client = useClient()
  return useCallback(
    async (again) => {
      if (useHostStore.getState().checking) return
      useHostStore.setState({ checking: true, failure: undefined })
      try {
        useHostStore.setState({ report: await client.call('host.check', { again }) })
      } catch (error) {
        useHostStore.setState({ failure: failureOf(error) })
      } finally {
        useHostStore.setState({ checking: false })
      }
    },
    [client],
  )
}
