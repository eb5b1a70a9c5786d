import type { VmSpec } from '#contract/vm-spec'
import type { MachineEntry } from '#contract/vm-state'

import { DiscsCard } from './discs-card.tsx'
import { ForwardsCard } from './forwards-card.tsx'
import { MemoryCard } from './memory-card.tsx'
import { SharedFoldersCard } from './shared-folders-card.tsx'
import './live.css'

interface LivePanelProps {
  readonly entry: MachineEntry
  readonly spec: VmSpec
}

/** What can be changed at any moment, with what it is now: ports, discs, memory. A machine that is on changes at once. */
export function LivePanel({ entry, spec }: LivePanelProps) {
  if (entry.readOnly || entry.state.kind === 'suspended') return null
  const hasNat = spec.networks.some(({ backend }) => backend.kind === 'user')
  const isOn = entry.state.kind === 'running' || entry.state.kind === 'paused'
  return (
    <div className="live">
      {hasNat && <ForwardsCard entry={entry} />}
      {spec.cdroms.length > 0 && <DiscsCard entry={entry} spec={spec} />}
      {spec.sharedFolders.length > 0 && <SharedFoldersCard entry={entry} />}
      {spec.balloon && isOn && <MemoryCard key={spec.memoryTargetMiB ?? 'all'} entry={entry} spec={spec} />}
    </div>
  )
}
