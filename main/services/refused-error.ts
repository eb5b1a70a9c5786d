import type { Failure } from '#contract/failure'

/**
 * An action that Petri refuses or could not finish, in the words for the person who asked. Everything that services
 * decide themselves is thrown as this; what other programs and the kernel say is translated in `api/to-failure.ts`.
 */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
  readonly failure: Failure
  constructor(failure: Failure, cause?: unknown) {
    super(failure.title, { cause })
    this.failure = failure
  }
}
