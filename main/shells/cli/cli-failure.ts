import { type Failure } from '#contract/failure'

/** A command that did not work, with everything a person and a script need to know about it. */
export class CliFailure extends Error {
  override readonly name = 'CliFailure'
  readonly failure: Failure
  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.title, options)
    this.failure = failure
  }
}

/** Any thrown value as a failure; what nobody expected becomes `internal`, with its stack as raw text. */
export function toCliFailure(error: unknown): Failure {
  if (error instanceof CliFailure) return error.failure
  if (error instanceof Error) {
    if (error.name === 'AbortError') return cancelledFailure
    return {
      code: 'internal',
      title: `Something went wrong inside Petri: ${error.message}`,
      ...(error.stack === undefined ? {} : { raw: error.stack }),
    }
  }
  return { code: 'internal', title: `Something went wrong inside Petri: ${String(error)}` }
}

export const cancelledFailure: Failure = { code: 'cancelled', title: 'Cancelled' }

/** A command line that is well-formed and cannot be carried out as it stands. */
export function usageFailure(title: string, cure?: string): CliFailure {
  return new CliFailure({ code: 'bad-request', title, ...(cure === undefined ? {} : { cure: { text: cure } }) })
}
