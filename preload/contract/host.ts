import { z } from 'zod'

/**
 * One finding about this host. `ok` and `advice` never block anything; `missing` names what will not work without it.
 * `fix.command` is copyable and is never run by Petri itself.
 */
export const hostFindingSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  status: z.enum(['ok', 'advice', 'missing']),
  finding: z.string(),
  evidence: z.string().optional(),
  fix: z.strictObject({ text: z.string(), command: z.string().optional() }).optional(),
})
export type HostFinding = z.infer<typeof hostFindingSchema>

export const hostReportSchema = z.strictObject({ checkedAt: z.iso.datetime(), findings: z.array(hostFindingSchema) })
export type HostReport = z.infer<typeof hostReportSchema>
