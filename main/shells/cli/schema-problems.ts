import { type Problem } from '#contract/problem'
import { type z } from 'zod'

/** What a schema refuses, as problems that name their fields the way the spec writes them (`disks[0].path`). */
export function schemaProblems(error: z.ZodError): Problem[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          ...problem([...issue.path, key], issue.code, 'is not a field of a machine'),
          cure: 'The fields are those of: petri show NAME --json',
        }))
      : [problem(issue.path, issue.code, words(issue))],
  )
}

const problem = (path: readonly PropertyKey[], code: string, message: string): Problem => ({
  field: fieldPath(path),
  code: code.replaceAll('_', '-'),
  severity: 'error',
  message,
})

/** The schema's message without its opening formula; JSON has no `undefined`, so that one is said in words. */
function words({ message }: z.core.$ZodIssue): string {
  if (message.endsWith('received undefined')) return 'is missing'
  return message.replace(/^Invalid (?:input|option|string): /, '')
}

/** A path as the spec writes it: `disks[0].path`. */
export function fieldPath(path: readonly PropertyKey[]): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '')
}
