import type { DiskInfo } from '#contract/disk'
import { Button } from '@mantine/core'
import { ArrowRight, MonitorPlay, PackageOpen, TriangleAlert } from 'lucide-react'

import { navigate } from '../../state/use-route.ts'
import { FactList } from '../../ui/fact-list.tsx'
import { AllocationPicture } from './allocation-picture.tsx'
import { ChainGraph } from './chain-graph.tsx'
import { useDiskActions } from './disk-actions.ts'
import { DiskFiles } from './disk-files.tsx'
import { diskFacts } from './disk-facts.ts'
import { possibleWork } from './disk-words.ts'
import { DiskWork } from './disk-work.tsx'
import { PartitionTable } from './partition-table.tsx'

interface DiskViewProps {
  readonly info: DiskInfo
  readonly onChanged: () => void
}

/** Everything about one disk, and what can be done with it. */
export function DiskView({ info, onChanged }: DiskViewProps) {
  const { begin, makeMachine } = useDiskActions()
  const work = possibleWork(info)
  return (
    <div className="disk-view">
      {info.refusal !== undefined && !work.appliance && (
        <section className="disk-refusal" role="alert" aria-label="Not opened">
          <TriangleAlert size={18} className="tone-warn" aria-hidden />
          <div>
            <h2 className="disk-heading">Petri leaves it closed</h2>
            <p className="wrap-anywhere">{info.refusal}</p>
          </div>
        </section>
      )}
      <div className="disk-main-actions">
        {work.appliance && (
          <Button
            leftSection={<PackageOpen size={16} aria-hidden />}
            onClick={() => void begin('disk.import', { path: info.path })}
          >
            Import as a machine
          </Button>
        )}
        <Button
          variant={work.appliance ? 'default' : 'filled'}
          rightSection={<ArrowRight size={16} aria-hidden />}
          disabled={!work.convert}
          onClick={() => navigate({ kind: 'disks', path: info.path, step: 'convert' })}
        >
          Convert
        </Button>
        <Button
          variant="default"
          leftSection={<MonitorPlay size={16} aria-hidden />}
          disabled={!work.machine}
          onClick={() => void makeMachine(info.path)}
        >
          Make a machine of it
        </Button>
        <Button variant="subtle" onClick={onChanged}>
          Look again
        </Button>
      </div>
      <FactList facts={diskFacts(info)} />
      {info.chain.length > 1 && <ChainGraph chain={info.chain} />}
      {info.partitionTable.kind !== 'unread' && <PartitionTable info={info} />}
      {work.map && <AllocationPicture path={info.path} />}
      <DiskFiles info={info} />
      <DiskWork info={info} />
    </div>
  )
}
