import { type Problem } from '#contract/problem'
import { type z } from 'zod'

/** What a schema refuses, as problems that name their fields the way the spec writes them (`disks[0].path`). */
export function schemaProblems(error: z.ZodError): Problem[] {
  return error.issues.map((issue) => ({
    field: fieldPath(issue.path),
    code: issue.code.replaceAll('_', '-'),
    severity: 'error',
    message: issue.message,
  }))
}

export function fieldPath(path: readonly PropertyKey[]): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '')
}
