import { Skeleton } from '@mantine/core'
import { Gauge } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'

import type { CallResult } from '#contract/api'
import type { ContainerEntry, ContainerSpec } from '#contract/container'
import type { Failure } from '#contract/failure'

import { failureOf } from '../../api/call-failed.ts'
import { useClient } from '../../state/client-context.ts'
import { FailureCard } from '../../ui/failure-card.tsx'
import { Situation } from '../../ui/situation.tsx'
import { GraphCard } from '../machines/page/stats/graph-card.tsx'
import { type UsageHistory, usageGraphs, withLook } from './usage-samples.ts'

/** Between two looks, in ms: nothing announces what a container uses. */
const LOOK_EVERY_MS = 2_000
const NO_LIMITS: ContainerSpec['limits'] = {}

/** Of each container, by its start: kept while other screens are shown. */
const histories = new Map<string, UsageHistory>()

/** What a container uses, as graphs, from when somebody first looked. */
export function ContainerUsage({ entry }: { readonly entry: ContainerEntry }) {
  if (entry.state.kind !== 'running')
    return (
      <Situation icon={<Gauge size={22} />} title="It is not running">
        What it uses is shown here while it runs.
      </Situation>
    )
  return <RunningUsage key={entry.state.since} id={entry.id} since={entry.state.since} />
}

function RunningUsage({ id, since }: { readonly id: string; readonly since: string }) {
  const client = useClient()
  const key = `${id} ${since}`
  const [history, setHistory] = useState<UsageHistory>(histories.get(key) ?? { samples: [] })
  const [shown, setShown] = useState<CallResult<'container.show'>>()
  const [failure, setFailure] = useState<Failure>()
  useEffect(() => {
    const stop = new AbortController()
    client.call('container.show', { id }, { signal: stop.signal }).then(setShown, () => undefined)
    const look = async () => {
      try {
        const usage = await client.call('container.usage', { id }, { signal: stop.signal })
        const next = withLook(histories.get(key) ?? { samples: [] }, Date.now(), usage)
        histories.set(key, next)
        setHistory(next)
        setFailure(undefined)
      } catch (error) {
        if (!stop.signal.aborted) setFailure(failureOf(error))
      }
    }
    void look()
    const timer = setInterval(() => document.visibilityState === 'visible' && void look(), LOOK_EVERY_MS)
    return () => {
      clearInterval(timer)
      stop.abort()
    }
  }, [client, id, key])
  const limits = shown?.spec?.limits ?? NO_LIMITS
  const countsRefusals = history.last?.usage.failures !== undefined
  const graphs = useMemo(() => usageGraphs(limits, countsRefusals), [limits, countsRefusals])
  if (history.last === undefined)
    return failure === undefined ? (
      <Skeleton height={320} radius="md" role="status" aria-label="Loading the graphs" />
    ) : (
      <FailureCard failure={failure} />
    )
  return (
    <section className="panel stats" aria-label="What it uses">
      <div className="stats-head">
        <h2 className="stats-title">Since somebody looked</h2>
      </div>
      <p className="quiet">{limitWords(limits, shown?.limitsInForce)}</p>
      {failure !== undefined && <FailureCard failure={failure} />}
      <div className="graphs">
        {graphs.map((graph) => (
          <GraphCard key={graph.title} graph={graph} samples={history.samples} isOn />
        ))}
      </div>
    </section>
  )
}

function limitWords({ memoryMiB, cpus, pids }: ContainerSpec['limits'], inForce: boolean | undefined): string {
  const limits = [
    ...(memoryMiB === undefined ? [] : [`${memoryMiB} MiB of memory`]),
    ...(cpus === undefined ? [] : [`${cpus} processors`]),
    ...(pids === undefined ? [] : [`${pids} processes`]),
  ]
  if (inForce === false)
    return `${limits.length === 0 ? 'It has no limits' : `Its limits (${limits.join(', ')}) are not in force`}, and refusals are not counted: no control group of version 2 is this user’s.`
  return limits.length === 0 ? 'It has no limits.' : `Limits: ${limits.join(', ')}.`
}
