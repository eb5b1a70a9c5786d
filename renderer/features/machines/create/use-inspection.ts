import type { Failure } from '#contract/failure'
import type { InspectedMedium } from '#contract/medium'
import { useDebouncedValue } from '@mantine/hooks'
import { useEffect, useState } from 'react'

import { failureOf } from '../../../api/call-failed.ts'
import { useClient } from '../../../state/client-context.ts'

/** How long typing has to rest before the file is looked into, in ms. */
const REST_MS = 250

export interface Inspection {
  readonly path: string
  readonly medium?: InspectedMedium
  readonly failure?: Failure
}

/** Looks into the file at a path, whenever it rests; `onFound` hears of each answer once. Undefined: not yet known. */
export function useInspection(path: string, onFound: (medium: InspectedMedium) => void): Inspection | undefined {
  const client = useClient()
  const [settled] = useDebouncedValue(path, REST_MS)
  const [answer, setAnswer] = useState<Inspection>()
  useEffect(() => {
    if (!settled.startsWith('/')) return
    const abort = new AbortController()
    client.call('file.inspect', { path: settled }, { signal: abort.signal }).then(
      (medium) => {
        if (abort.signal.aborted) return
        setAnswer({ path: settled, medium })
        onFound(medium)
      },
      (error: unknown) => {
        if (!abort.signal.aborted) setAnswer({ path: settled, failure: failureOf(error) })
      },
    )
    return () => abort.abort()
  }, [client, settled, onFound])
  return answer?.path === path ? answer : undefined
}
