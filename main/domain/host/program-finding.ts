import type { HostFinding } from '#contract/host'
import type { HostDetails } from './host-details.ts'

/** The programs of other packages that parts of Petri use, as one finding. */
export function programFinding({ programs }: HostDetails): HostFinding {
  const base = { id: 'programs', title: 'Programs for single features' }
  const missing = programs.filter((program) => !program.found)
  const found = programs.filter((program) => program.found).map((program) => program.package)
  const evidence = `installed: ${found.join(', ') || 'none'}`
  if (missing.length === 0) return { ...base, status: 'ok', finding: 'All of them are installed.', evidence }
  return {
    ...base,
    status: 'advice',
    finding: `Not installed: ${missing.map((program) => `${program.package} (${program.purpose})`).join(', ')}.`,
    evidence,
    fix: {
      text: 'Install them; nothing else depends on them.',
      command: `sudo apt install ${missing.map((program) => program.package).join(' ')}`,
    },
  }
}
