import { useCallback, useEffect, useState } from 'react'

import type { Failure } from '#contract/failure'

import { failureOf } from '../api/call-failed.ts'

export interface Answer<T> {
  /** The last answer; it stays while the next one is on its way. */
  readonly value: T | undefined
  readonly failure: Failure | undefined
  readonly askAgain: () => void
}

/**
 * Asks the owner something and keeps the answer. `ask` comes out of `useCallback`: when it changes, the question under way
 * is cancelled and the new one is asked.
 */
export function useAnswer<T>(ask: (signal: AbortSignal) => Promise<T>): Answer<T> {
  const [answer, setAnswer] = useState<{ readonly value?: T; readonly failure?: Failure }>({})
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    const abort = new AbortController()
    ask(abort.signal).then(
      (value) => {
        if (!abort.signal.aborted) setAnswer({ value })
      },
      (error: unknown) => {
        if (!abort.signal.aborted)
          setAnswer(({ value }) => ({ ...(value === undefined ? {} : { value }), failure: failureOf(error) }))
      },
    )
    return () => abort.abort()
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- `turn` counts the requests to ask again
  }, [ask, turn])
  const askAgain = useCallback(() => setTurn((last) => last + 1), [])
  return { value: answer.value, failure: answer.failure, askAgain }
}
