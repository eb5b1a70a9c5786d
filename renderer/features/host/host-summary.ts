import type { HostReport } from '#contract/host'

/** How many findings there are of each status. */
export function hostSummary(report: HostReport): {
  readonly ok: number
  readonly advice: number
  readonly missing: number
} {
  const count = (status: string): number => report.findings.filter((finding) => finding.status === status).length
  return { ok: count('ok'), advice: count('advice'), missing: count('missing') }
}
