import type { Failure } from '#contract/failure'

/** A call that the owner refused or could not do; `failure` holds what a person is told. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed'
  readonly failure: Failure

  constructor(failure: Failure) {
    super(failure.title)
    this.failure = failure
  }
}

/** Turns whatever was thrown into something that a screen can show. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CallFailed) return error.failure
  return {
    code: 'internal',
    title: 'Something went wrong inside the window',
    evidence: error instanceof Error ? error.message : String(error),
    ...(error instanceof Error && error.stack !== undefined ? { raw: error.stack } : {}),
  }
}
