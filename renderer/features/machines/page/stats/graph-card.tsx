import { lazy, Suspense, useMemo } from 'react'

import { graphData, type Sampled, type StatsGraph } from './stats-graphs.ts'
import './stats.css'

// The plotting library comes when the first graph is shown.
const Graph = lazy(async () => ({ default: (await import('./graph.tsx')).Graph }))

interface GraphCardProps<S extends Sampled> {
  readonly graph: StatsGraph<S>
  readonly samples: readonly S[]
  /** Whether what is sampled runs: its last figures are then those of now. */
  readonly isOn: boolean
}

/** One graph with its title and the figures of now. */
export function GraphCard<S extends Sampled>({ graph, samples, isOn }: GraphCardProps<S>) {
  const data = useMemo(() => graphData(graph, samples), [graph, samples])
  const last = samples.at(-1)
  const lines = graph.lines.filter((line) => line !== undefined)
  return (
    <figure className="graph">
      <figcaption className="graph-caption">
        <span className="graph-title">{graph.title}</span>
        {lines.map((line, index) => {
          const value = last && isOn ? line.value(last) : undefined
          return (
            <span key={line.name} className="graph-value" data-line={index}>
              {line.name} <span className="graph-figure">{value === undefined ? 'not known' : graph.words(value)}</span>
            </span>
          )
        })}
      </figcaption>
      <Suspense fallback={<div className="graph-canvas" />}>
        <Graph graph={graph} data={data} />
      </Suspense>
      {graph.note !== undefined && <p className="graph-note">{graph.note}</p>}
    </figure>
  )
}
