import { apiCalls, type CallName, type CallParams, type CallResult } from '#contract/api'
import { type z } from 'zod'

import { type CliContext, type PetriSession } from './cli-context.ts'
import { CliFailure } from './cli-failure.ts'

/** The contract's table seen so that a call's name gives the type of its result. */
const results: { readonly [N in CallName]: { readonly result: z.ZodType<CallResult<N>> } } = apiCalls

/** Makes one call; returns its checked result, throws `CliFailure`. */
export async function callApi<N extends CallName>(
  session: PetriSession,
  name: N,
  params: CallParams<N>,
  signal: AbortSignal,
): Promise<CallResult<N>> {
  const outcome = await session.app.dispatch(name, params, { signal })
  if (!outcome.ok) throw new CliFailure(outcome.failure)
  return results[name].result.parse(outcome.value)
}

/** Opens a session for one piece of work and closes it after. */
export async function withSession<T>(context: CliContext, work: (session: PetriSession) => Promise<T>): Promise<T> {
  const session = await context.openSession()
  try {
    return await work(session)
  } finally {
    await session.close()
  }
}
