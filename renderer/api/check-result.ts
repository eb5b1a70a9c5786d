import { z } from 'zod'

import { apiCalls, type CallName } from '#contract/api'

/** Parses a result with the contract; development and tests only, since it pulls in zod. */
export function checkResult(name: CallName, value: unknown): string | undefined {
  const parsed = apiCalls[name].result.safeParse(value)
  return parsed.success ? undefined : z.prettifyError(parsed.error)
}
