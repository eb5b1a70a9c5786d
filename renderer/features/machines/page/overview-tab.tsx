import type { VmSpec } from '#contract/vm-spec'
import type { VmEntry } from '#contract/vm-state'
import { Skeleton } from '@mantine/core'

import { FactList } from '../../../ui/fact-list.tsx'
import { FailureCard } from '../../../ui/failure-card.tsx'
import { BootProofCard } from './boot/boot-proof-card.tsx'
import { LastExit } from './last-exit.tsx'
import { LivePanel } from './live/live-panel.tsx'
import { specFacts } from './spec-facts.ts'
import { StatsPanel } from './stats/stats-panel.tsx'
import { useVmDetail } from './use-vm-detail.ts'

/** What the machine is made of, in words. */
export function OverviewTab({ entry }: { readonly entry: VmEntry }) {
  const { value: detail, failure } = useVmDetail(entry)
  return (
    <div className="overview">
      {entry.state.kind === 'stopped' && entry.state.lastExit !== undefined && <LastExit exit={entry.state.lastExit} />}
      {failure !== undefined && <FailureCard failure={failure} />}
      {detail === undefined && failure === undefined && (
        <div className="panel overview-loading" role="status" aria-label="Loading the machine">
          <Skeleton height={16} width="60%" />
          <Skeleton height={16} width="75%" />
          <Skeleton height={16} width="50%" />
        </div>
      )}
      {detail?.spec !== undefined && <Notes spec={detail.spec} />}
      {entry.kind === 'machine' && <StatsPanel key={entry.id} entry={entry} />}
      {entry.kind === 'machine' && detail?.spec !== undefined && <LivePanel entry={entry} spec={detail.spec} />}
      {entry.kind === 'machine' && !entry.readOnly && entry.state.kind !== 'suspended' && (
        <BootProofCard key={`boot-${entry.id}`} entry={entry} />
      )}
      {detail !== undefined && (
        <FactList
          facts={[
            ...(detail.spec === undefined ? [] : specFacts(detail.spec, entry)),
            { name: 'Folder', lines: [detail.folder], code: true },
          ]}
        />
      )}
    </div>
  )
}

function Notes({ spec }: { readonly spec: VmSpec }) {
  if (spec.notes === '' && spec.tags.length === 0) return null
  return (
    <div className="overview-notes">
      {spec.tags.length > 0 && (
        <p className="overview-tags">
          {spec.tags.map((tag) => (
            <span key={tag} className="tag">
              {tag}
            </span>
          ))}
        </p>
      )}
      {spec.notes !== '' && (
        <p className="overview-text wrap-anywhere" dir="auto">
          {spec.notes}
        </p>
      )}
    </div>
  )
}
