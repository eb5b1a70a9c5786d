import type { StatsSample } from '#contract/vm-stats'

import { sizeWords } from '../../state-words.ts'

/** What was counted at one moment. */
export interface Sampled {
  readonly atMs: number
}

/** One line of a graph. */
export interface GraphLine<S extends Sampled = StatsSample> {
  readonly name: string
  readonly value: (sample: S) => number | undefined
}

/** One graph of an overview: what it shows, and how its figures are written. */
export interface StatsGraph<S extends Sampled = StatsSample> extends GraphLook {
  readonly lines: readonly [GraphLine<S>, GraphLine<S>?]
}

/** How a graph looks, whatever its figures come from. */
export interface GraphLook {
  readonly title: string
  readonly lines: readonly [{ readonly name: string }, { readonly name: string }?]
  readonly words: (value: number) => string
  /** The same for the scale, where room is short; absent: as `words`. */
  readonly scaleWords?: (value: number) => string
  /** Whether the scale goes up in powers of two. */
  readonly binary?: boolean
  /** The top of the scale when nothing rises above it. */
  readonly top: number
  /** What the figures leave out, in a sentence. */
  readonly note?: string
}

/** The graphs of a machine with so many processors and so much memory. */
export function statsGraphs(cpus: number, memoryMiB: number): readonly StatsGraph[] {
  return [
    {
      title: 'Processor',
      lines: [{ name: cpus === 1 ? 'Of one CPU' : `Of ${cpus} CPUs`, value: (sample) => (sample.cpus * 100) / cpus }],
      words: (value) => `${value < 10 ? value.toFixed(1) : Math.round(value)} %`,
      scaleWords: (value) => `${Math.round(value)} %`,
      top: 100,
      note: 'QEMU’s own work counts too, so it can rise above 100 %.',
    },
    {
      title: 'Memory',
      lines: [
        { name: 'Held here', value: (sample) => sample.residentBytes },
        { name: 'Used inside', value: (sample) => sample.guestUsedBytes },
      ],
      words: sizeWords0,
      scaleWords: roundSizeWords,
      binary: true,
      top: memoryMiB * 1024 * 1024,
      note: 'Here: what the process holds. Inside: what the guest’s balloon driver counts.',
    },
    {
      title: 'Disks',
      lines: [
        { name: 'Read', value: (sample) => sample.readBytesPerSecond },
        { name: 'Written', value: (sample) => sample.writtenBytesPerSecond },
      ],
      words: (value) => `${sizeWords0(value)}/s`,
      scaleWords: (value) => `${roundSizeWords(value)}/s`,
      binary: true,
      top: 1024 * 1024,
    },
    {
      title: 'Network',
      lines: [
        { name: 'Received', value: (sample) => sample.receivedPacketsPerSecond },
        { name: 'Sent', value: (sample) => sample.sentPacketsPerSecond },
      ],
      words: (value) => `${value < 10 && value > 0 ? value.toFixed(1) : Math.round(value)} packets/s`,
      scaleWords: (value) => `${Math.round(value)} /s`,
      top: 10,
      note: 'QEMU counts packets of virtio cards, and no bytes; only while somebody looks.',
    },
  ]
}

export const sizeWords0 = (bytes: number): string => sizeWords(Math.round(bytes))
export const roundSizeWords = (bytes: number): string =>
  sizeWords0(bytes)
    .replace('.0 ', ' ')
    .replace(/^0 bytes$/, '0')

/** Times in seconds, then each line's values, null where there is none: as uPlot wants them. */
export type GraphData = readonly [number[], ...(number | null)[][]]

export function graphData<S extends Sampled>({ lines }: StatsGraph<S>, samples: readonly S[]): GraphData {
  const drawn = lines.filter((line) => line !== undefined)
  return [
    samples.map(({ atMs }) => atMs / 1000),
    ...drawn.map((line) => samples.map((sample) => line.value(sample) ?? null)),
  ]
}

/** Averages per minute, newest first: the same hour for people who read it as a table. */
export function minuteRows(
  graphs: readonly StatsGraph[],
  samples: readonly StatsSample[],
): readonly { readonly atMs: number; readonly values: readonly string[] }[] {
  const minutes = new Map<number, StatsSample[]>()
  for (const sample of samples) {
    const minute = Math.floor(sample.atMs / 60_000)
    minutes.set(minute, [...(minutes.get(minute) ?? []), sample])
  }
  return [...minutes]
    .toSorted(([a], [b]) => b - a)
    .map(([minute, inIt]) => ({
      atMs: minute * 60_000,
      values: graphs.flatMap(({ lines, words }) =>
        lines
          .filter((line) => line !== undefined)
          .map((line) => {
            const known = inIt.map(line.value).filter((value) => value !== undefined)
            return known.length === 0 ? '' : words(known.reduce((sum, value) => sum + value, 0) / known.length)
          }),
      ),
    }))
}

/** `5 s`, `3 min`, `2 h 10 min`, `4 days 3 h`. */
export function durationWords(seconds: number): string {
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  if (minutes === 0) return `${Math.floor(seconds)} s`
  if (hours === 0) return `${minutes} min`
  if (hours < 24) return `${hours} h ${minutes % 60} min`
  const days = Math.floor(hours / 24)
  return `${days} ${days === 1 ? 'day' : 'days'} ${hours % 24} h`
}
