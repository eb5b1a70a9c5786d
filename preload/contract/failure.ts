import { z } from 'zod'

import { problemSchema } from './problem.ts'

/** Why a call failed, for programs. The exit code of the CLI follows from it (see docs/cli.md). */
export const failureCodes = [
  'bad-request', // the call's parameters do not fit the contract
  'invalid', // the spec has problems, listed in `problems`
  'not-found',
  'conflict', // it is already so, or something else is under way on the same thing
  'in-use', // a disk, a port, the data folder: somebody else holds it
  'unavailable', // a program or a feature of this host is missing
  'read-only', // made by a newer version, or the folder cannot be written
  'no-space',
  'not-answering', // alive, but silent: never the same as gone
  'command-failed', // another program ended with an error; `raw` holds its words
  'cancelled',
  'internal',
] as const
export type FailureCode = (typeof failureCodes)[number]

/**
 * What crosses to a person when something did not work.
 *
 * `title`: what failed, in the user's words. `evidence`: one quoted line that proves it. `cause`: the likely cause.
 * `cure`: what to do, with a copyable command where there is one. `raw`: unedited output of the program that failed.
 */
export const failureSchema = z.strictObject({
  code: z.enum(failureCodes),
  title: z.string(),
  evidence: z.string().optional(),
  cause: z.string().optional(),
  cure: z.strictObject({ text: z.string(), command: z.string().optional() }).optional(),
  problems: z.array(problemSchema).optional(),
  raw: z.string().optional(),
})
export type Failure = z.infer<typeof failureSchema>
