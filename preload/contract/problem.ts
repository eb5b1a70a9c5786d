import { z } from 'zod'

/**
 * One thing that is wrong with what a person asked for.
 *
 * `field` is the path in the spec, written as in JavaScript (`disks[0].path`), or '' for the whole.
 * `error` refuses the action; `warning` is shown and does not block.
 */
export const problemSchema = z.strictObject({
  field: z.string(),
  code: z.string().regex(/^[a-z][a-z0-9-]*$/),
  severity: z.enum(['error', 'warning']),
  message: z.string(),
  cure: z.string().optional(),
})
export type Problem = z.infer<typeof problemSchema>
