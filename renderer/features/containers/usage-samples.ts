import type { CallResult } from '#contract/api'
import type { ContainerSpec } from '#contract/container'

import { roundSizeWords, type StatsGraph, sizeWords0 } from '../machines/page/stats/stats-graphs.ts'

type Usage = CallResult<'container.usage'>

/** What a container used at one moment; refusals are those since the sample before. */
export interface UsageSample {
  readonly atMs: number
  /** Processors of the host kept busy: 1 is one whole core. Absent in the first sample. */
  readonly cpus: number | undefined
  readonly memoryBytes: number
  readonly processes: number
  readonly memoryRefusals: number | undefined
  readonly processRefusals: number | undefined
}

/** Samples older than an hour are let go. */
const KEPT_MS = 3_600_000

/** What was seen of one container: samples, and the counters of the last look. */
export interface UsageHistory {
  readonly samples: readonly UsageSample[]
  readonly last?: { readonly atMs: number; readonly usage: Usage }
}

/** The history with one more look. Counters that have gone back began anew. */
export function withLook({ samples, last }: UsageHistory, atMs: number, usage: Usage): UsageHistory {
  const { failures } = usage
  const grown = (now: number, before: number) => Math.max(0, now - before)
  const before = last?.usage
  const sample: UsageSample = {
    atMs,
    cpus: before && last && (grown(usage.cpuSeconds, before.cpuSeconds) * 1000) / Math.max(1, atMs - last.atMs),
    memoryBytes: usage.memoryBytes,
    processes: usage.processes,
    memoryRefusals: failures && grown(failures.memory, before?.failures?.memory ?? failures.memory),
    processRefusals: failures && grown(failures.pids, before?.failures?.pids ?? failures.pids),
  }
  return {
    samples: [...samples.filter((each) => each.atMs > atMs - KEPT_MS), sample],
    last: { atMs, usage },
  }
}

/** The graphs of a container; scales reach up to its limits where it has some. */
export function usageGraphs(
  limits: ContainerSpec['limits'],
  countsRefusals: boolean,
): readonly StatsGraph<UsageSample>[] {
  const { cpus = 1, memoryMiB = 64, pids = 10 } = limits
  const count = (value: number) => `${Math.round(value)}`
  return [
    {
      title: 'Processor',
      lines: [{ name: 'Of one core', value: (sample) => sample.cpus && sample.cpus * 100 }],
      words: (value) => `${value < 10 ? value.toFixed(1) : Math.round(value)} %`,
      scaleWords: (value) => `${Math.round(value)} %`,
      top: cpus * 100,
    },
    {
      title: 'Memory',
      lines: [{ name: 'Held here', value: (sample) => sample.memoryBytes }],
      words: sizeWords0,
      scaleWords: roundSizeWords,
      binary: true,
      top: memoryMiB * 1024 * 1024,
      note: 'Of all its processes, with their emulators; what they share is counted for each.',
    },
    { title: 'Processes', lines: [{ name: 'Now', value: (sample) => sample.processes }], words: count, top: pids },
    ...(countsRefusals
      ? [
          {
            title: 'Refused by its limits',
            lines: [
              { name: 'Memory', value: (sample: UsageSample) => sample.memoryRefusals },
              { name: 'Processes', value: (sample: UsageSample) => sample.processRefusals },
            ] as const,
            words: count,
            top: 4,
            note: 'How often the kernel ended a program for want of memory, or let none begin.',
          },
        ]
      : []),
  ]
}
