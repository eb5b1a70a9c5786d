import type { MachineEntry } from '#contract/vm-state'
import type { LiveStats, StatsSample } from '#contract/vm-stats'
import { Skeleton, Switch } from '@mantine/core'
import { useMemo, useState } from 'react'

import { FailureCard } from '../../../../ui/failure-card.tsx'
import { sizeWords } from '../../state-words.ts'
import { GraphCard } from './graph-card.tsx'
import { durationWords, minuteRows, type StatsGraph, statsGraphs } from './stats-graphs.ts'
import { useVmStats } from './use-vm-stats.ts'
import './stats.css'

/** What a machine uses: graphs of the last hour, or the same as a table, and its figures at this moment. */
export function StatsPanel({ entry }: { readonly entry: MachineEntry }) {
  const { samples, now, failure, known } = useVmStats(entry)
  const [asTable, setAsTable] = useState(false)
  const { cpus, memoryMiB } = entry
  const graphs = useMemo(() => statsGraphs(cpus, memoryMiB), [cpus, memoryMiB])
  if (failure !== undefined) return <FailureCard failure={failure} />
  if (!known) return <Skeleton height={320} radius="md" role="status" aria-label="Loading the graphs" />
  if (samples.length === 0 && now === undefined) return null // off, and was off for an hour: nothing to show
  return (
    <section className="panel stats" aria-label="What it uses">
      <div className="stats-head">
        <h2 className="stats-title">{now === undefined ? 'Before it was switched off' : 'Last hour'}</h2>
        <Switch
          size="xs"
          label="As a table"
          checked={asTable}
          onChange={(event) => setAsTable(event.currentTarget.checked)}
        />
      </div>
      {now !== undefined && <NowFacts now={now} />}
      {asTable ? (
        <StatsTable graphs={graphs} samples={samples} />
      ) : (
        <div className="graphs">
          {graphs.map((graph) => (
            <GraphCard key={graph.title} graph={graph} samples={samples} isOn={now !== undefined} />
          ))}
        </div>
      )}
    </section>
  )
}

function NowFacts({ now }: { readonly now: LiveStats }) {
  const { memory, drives, addresses } = now
  const facts = [
    { name: 'Running for', value: durationWords(now.uptimeSeconds) },
    { name: 'CPU time', value: durationWords(now.cpuSeconds) },
    ...(memory.proportionalBytes === undefined
      ? []
      : [{ name: 'Memory, shared by part', value: sizeWords(memory.proportionalBytes) }]),
    ...(memory.balloonBytes === undefined
      ? []
      : [{ name: 'Balloon leaves', value: `${sizeWords(memory.balloonBytes)} of ${sizeWords(memory.machineBytes)}` }]),
    ...addresses.map(({ network, address, source }) => ({
      name: `Address on ${network}`,
      value: source === 'seen' ? address : `${address} (offered, not seen yet)`,
    })),
    ...drives.map(({ id, readBytes, writtenBytes }) => ({
      name: `Drive ${id}`,
      value: `${sizeWords(readBytes)} read, ${sizeWords(writtenBytes)} written`,
    })),
  ]
  return (
    <dl className="stats-now">
      {facts.map(({ name, value }) => (
        <div key={name} className="stats-fact">
          <dt>{name}</dt>
          <dd className="wrap-anywhere">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' })

function StatsTable({
  graphs,
  samples,
}: {
  readonly graphs: readonly StatsGraph[]
  readonly samples: readonly StatsSample[]
}) {
  const rows = useMemo(() => minuteRows(graphs, samples), [graphs, samples])
  return (
    // oxlint-disable-next-line jsx_a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
    <div className="stats-table" role="region" aria-label="Averages per minute" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Minute</th>
            {graphs.flatMap(({ title, lines }) =>
              lines
                .filter((line) => line !== undefined)
                .map(({ name }) => (
                  <th key={`${title} ${name}`} scope="col">
                    {title}: {name}
                  </th>
                )),
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ atMs, values }) => (
            <tr key={atMs}>
              <th scope="row">{time.format(atMs)}</th>
              {values.map((value, place) => (
                // oxlint-disable-next-line react/no-array-index-key -- a column has no name but its place
                <td key={place}>{value}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
