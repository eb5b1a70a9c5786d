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

/**
 * One resource of this host in its own unit. A wish up to `safe` fits beside what runs, up to `caution` only just;
 * beyond it the host is over-committed. `inUse`: what running machines were given (of a disk, what is written).
 */
export const hostShareSchema = z.strictObject({
  total: z.number().min(0),
  inUse: z.number().min(0),
  safe: z.number().min(0),
  caution: z.number().min(0),
})
export type HostShare = z.infer<typeof hostShareSchema>

export const hostBudgetSchema = z.strictObject({
  runningMachines: z.int().min(0),
  memoryMiB: hostShareSchema,
  cpus: hostShareSchema,
  /** Of the file system that holds the machines. */
  diskBytes: hostShareSchema,
})
export type HostBudget = z.infer<typeof hostBudgetSchema>
