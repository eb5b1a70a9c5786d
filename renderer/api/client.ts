import type { ApiEvent, CallName, CallParams, CallResult } from '#contract/api'
import type { PetriBridge } from '#contract/bridge'

import { CallFailed } from './call-failed.ts'

/** The owner's calls with their types. Made once per window. */
export interface Client {
  readonly bridge: PetriBridge
  /** Throws `CallFailed`. An aborted `signal` cancels the call at the owner, which then answers `cancelled`. */
  call<N extends CallName>(
    name: N,
    params: CallParams<N>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<CallResult<N>>
  subscribe(listener: (event: ApiEvent) => void): () => void
  onConnection(listener: (connected: boolean) => void): () => void
}

/** Why a result has not the shape that the contract promises; undefined when it has. */
export type ResultCheck = (name: CallName, value: unknown) => string | undefined

/**
 * Wraps a bridge. Results are trusted by default: they were made by the same version of Petri, and checking 1,000 rows
 * would be paid for in the first paint. Development and tests pass a `check` that parses them with the contract.
 */
export function createClient(bridge: PetriBridge, check: ResultCheck = () => undefined): Client {
  let lastCall = 0

  function isResult<N extends CallName>(
    _name: N,
    value: unknown,
    mismatch: string | undefined,
  ): value is CallResult<N> {
    return mismatch === undefined
  }

  return {
    bridge,
    async call(name, params, { signal } = {}) {
      const callId = `c${++lastCall}`
      const cancel = (): void => bridge.cancel(callId)
      if (signal?.aborted === true) throw new CallFailed({ code: 'cancelled', title: 'Cancelled' })
      signal?.addEventListener('abort', cancel, { once: true })
      try {
        const outcome = await bridge.call(name, params, callId)
        if (!outcome.ok) throw new CallFailed(outcome.failure)
        const { value } = outcome
        const mismatch = check(name, value)
        if (!isResult(name, value, mismatch)) {
          throw new CallFailed({
            code: 'internal',
            title: 'The answer was not understood',
            evidence: `${name}: ${mismatch ?? ''}`,
            cause: 'The window and the program behind it are of different versions.',
            cure: { text: 'Restart Petri.' },
          })
        }
        return value
      } finally {
        signal?.removeEventListener('abort', cancel)
      }
    },
    subscribe: (listener) => bridge.subscribe(listener),
    onConnection: (listener) => bridge.onConnection(listener),
  }
}
