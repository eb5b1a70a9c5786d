import type { CallName, CallOutcome } from '#contract/api'
import type { z } from 'zod'

import { toFailure } from './to-failure.ts'

/** A call's handler with its parameters' schema in front: takes what came over the wire. */
export type BoundCall = (params: unknown, signal: AbortSignal) => Promise<unknown>

/** A handler for every call of the contract. */
export type Handlers = Readonly<Record<CallName, BoundCall>>

/**
 * Ties a handler to its call in the contract: it gets parsed parameters and must give what the contract says. Results
 * are ours and are not parsed again: that would cost a pass over a thousand rows for each look at the library.
 */
export function bound<P extends z.ZodType, R extends z.ZodType>(
  call: { readonly params: P; readonly result: R },
  handle: (params: z.output<P>, signal: AbortSignal) => z.output<R> | Promise<z.output<R>>,
): BoundCall {
  return async (params, signal) => await handle(call.params.parse(params), signal)
}

/** Runs a call by name. Never rejects: a failure is an outcome. */
export async function dispatch(
  handlers: Handlers,
  name: string,
  params: unknown,
  signal: AbortSignal,
): Promise<CallOutcome> {
  if (!isCallName(handlers, name))
    return { ok: false, failure: { code: 'bad-request', title: `There is no call ${name.slice(0, 80)}` } }
  try {
    signal.throwIfAborted()
    return { ok: true, value: await handlers[name](params, signal) }
  } catch (error) {
    return { ok: false, failure: toFailure(error) }
  }
}

function isCallName(handlers: Handlers, name: string): name is CallName {
  return Object.hasOwn(handlers, name)
}
