import type { HostFinding } from '#contract/host'
import { CircleCheck, CircleX, Lightbulb } from 'lucide-react'

import { CommandLine } from '../../ui/command-line.tsx'

const statuses = {
  ok: { icon: CircleCheck, tone: 'good', word: 'Ready' },
  advice: { icon: Lightbulb, tone: 'warn', word: 'Advice' },
  missing: { icon: CircleX, tone: 'bad', word: 'Missing' },
} as const

/** One finding: what was looked at, what was found, the evidence, and how to put it right. */
export function FindingCard({ finding }: { readonly finding: HostFinding }) {
  const { icon: Icon, tone, word } = statuses[finding.status]
  return (
    <li className="finding">
      <span className={`finding-status tone-${tone}`}>
        <Icon size={17} aria-hidden />
        {word}
      </span>
      <div className="finding-body">
        <h2 className="finding-title">{finding.title}</h2>
        <p className="finding-text">{finding.finding}</p>
        {finding.evidence !== undefined && <pre className="finding-evidence">{finding.evidence}</pre>}
        {finding.fix !== undefined && (
          <div className="finding-fix">
            <p className="finding-text">{finding.fix.text}</p>
            {finding.fix.command !== undefined && <CommandLine command={finding.fix.command} />}
          </div>
        )}
      </div>
    </li>
  )
}
