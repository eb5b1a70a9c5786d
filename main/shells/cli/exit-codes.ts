import { type FailureCode } from '#contract/failure'

/** Exit code of a command line that cannot be understood, as for a bad request. */
export const USAGE_EXIT_CODE = 2

/** The exit code of every kind of failure. Scripts rely on these numbers; docs/cli.md lists them. */
export const exitCodes: Readonly<Record<FailureCode, number>> = {
  'command-failed': 1,
  internal: 1,
  'bad-request': USAGE_EXIT_CODE,
  'not-found': 3,
  conflict: 4,
  'in-use': 4,
  unavailable: 5,
  invalid: 6,
  'not-answering': 7,
  'read-only': 8,
  'no-space': 9,
  // As a shell reports a program that SIGINT ended.
  cancelled: 130,
}
