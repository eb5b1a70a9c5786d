import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef } from 'react'
import UPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'

import type { GraphData, GraphLook } from './stats-graphs.ts'

const HEIGHT = 132
const AXIS_WIDTH = 76
/** The graph shows at least this long a time, in s, so that its first minutes are no wall. */
const LEAST_SPAN_S = 300
const powersOfTwo = Array.from({ length: 50 }, (_, power) => 2 ** power)
const lineColors = ['--petri-accent', '--petri-tone-busy'] as const

interface GraphProps {
  readonly graph: GraphLook
  readonly data: GraphData
}

/** One graph, drawn on a canvas. For screen readers the figures beside it and the table say the same. */
export function Graph({ graph, data }: GraphProps) {
  const scheme = useComputedColorScheme('light')
  const place = useRef<HTMLDivElement>(null)
  const chart = useRef<UPlot>(undefined)
  useEffect(() => {
    const parent = place.current
    if (parent === null) return
    const made = new UPlot(optionsFor(graph, parent, scheme), undefined, parent)
    chart.current = made
    const resizes = new ResizeObserver(() => made.setSize({ width: parent.clientWidth, height: HEIGHT }))
    resizes.observe(parent)
    return () => {
      resizes.disconnect()
      made.destroy()
      chart.current = undefined
    }
  }, [graph, scheme])
  useEffect(() => {
    // Also for a chart that was made anew in other colours.
    if (scheme) chart.current?.setData([...data])
  }, [data, scheme])
  return <div ref={place} className="graph-canvas" aria-hidden />
}

/** Colours are read when the chart is made, one for each colour scheme: a canvas knows nothing of the page's style. */
function optionsFor(graph: GraphLook, parent: HTMLElement, scheme: 'light' | 'dark'): UPlot.Options {
  const style = getComputedStyle(parent)
  const color = (name: string): string => style.getPropertyValue(name)
  const font = `11px ${style.fontFamily}`
  const words = graph.scaleWords ?? graph.words
  const common = { stroke: color('--petri-quiet'), font, ticks: { show: false } }
  const grid = { stroke: color('--petri-line'), width: 1 }
  return {
    width: Math.max(parent.clientWidth, 160),
    height: HEIGHT,
    class: `graph-${scheme}`,
    legend: { show: false },
    cursor: { show: false },
    padding: [8, 30, 0, 0],
    scales: {
      x: { range: (_, from, to) => [Math.min(from, to - LEAST_SPAN_S), to] },
      y: { range: (_, __, most) => [0, Math.max(graph.top, most * 1.05)] },
    },
    axes: [
      { ...common, grid: { show: false }, size: 24, values: (_, times) => times.map(clockWords), space: 70 },
      {
        ...common,
        grid,
        size: AXIS_WIDTH,
        space: 34,
        values: (_, values) => values.map(words),
        ...(graph.binary ? { incrs: powersOfTwo } : {}),
      },
    ],
    series: [
      {},
      ...graph.lines
        .filter((line) => line !== undefined)
        .map(({ name }, index) => ({
          label: name,
          stroke: color(lineColors[index] ?? lineColors[0]),
          width: 1.5,
          points: { show: false },
          ...(index === 0 ? {} : { dash: [5, 3] }),
        })),
    ],
  }
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const clockWords = (seconds: number): string => clock.format(seconds * 1000)
