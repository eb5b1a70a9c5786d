import type { ApiEvent, CallName, CallOutcome } from '#contract/api'
import type { ConsoleFrame, ConsoleHandle, ConsoleTarget } from '#contract/console'

/**
 * The application as every shell sees it: calls in, events and console frames out. Made by `createApp`, closed by
 * `[Symbol.asyncDispose]`, which ends connections and never a machine.
 */
export interface App {
  /** Checks `params` against the contract and runs the call. Never rejects: a failure is an outcome. */
  dispatch(name: CallName | (string & {}), params: unknown, options?: { signal?: AbortSignal }): Promise<CallOutcome>
  /** Returns the end of the subscription. */
  subscribe(listener: (event: ApiEvent) => void): () => void
  /** Attaches a viewer. A target that does not exist gets one `closed` frame with the reason. */
  openConsole(target: ConsoleTarget, listener: (frame: ConsoleFrame) => void): ConsoleHandle
  [Symbol.asyncDispose](): Promise<void>
}
