import { describe, expect, it } from 'vitest'

import {
  durationWords,
  graphData,
  minuteRows,
  statsGraphs,
} from '../../../../../renderer/features/machines/page/stats/stats-graphs.ts'

const MIB = 1024 * 1024
const sample = (atMs: number, cpus: number) => ({
  atMs,
  cpus,
  residentBytes: 256 * MIB,
  readBytesPerSecond: 0,
  writtenBytesPerSecond: 2 * MIB,
})

describe('the graphs of a machine', () => {
  const [cpu, memory, disks, network] = statsGraphs(2, 512)

  it('draw the processor as part of what the machine has, and a hole where nothing is known', () => {
    expect(cpu && graphData(cpu, [sample(1_000, 1), sample(2_000, 2)])).toEqual([
      [1, 2],
      [50, 100],
    ])
    expect(memory && graphData(memory, [sample(1_000, 1)])).toEqual([[1], [256 * MIB], [null]])
    expect(memory?.top).toBe(512 * MIB)
  })

  it('say on the scale what they say beside it, shorter', () => {
    expect([disks?.words(2 * MIB), disks?.scaleWords?.(2 * MIB), disks?.scaleWords?.(0)]).toEqual([
      '2.0 MiB/s',
      '2 MiB/s',
      '0/s',
    ])
    expect([network?.words(0.4), network?.words(0), network?.words(1200)]).toEqual([
      '0.4 packets/s',
      '0 packets/s',
      '1200 packets/s',
    ])
  })

  it('are a table of averages per minute, newest first, for those who read one', () => {
    const graphs = statsGraphs(1, 512)
    const rows = minuteRows(graphs, [sample(60_000, 0.2), sample(90_000, 0.4), sample(120_000, 1)])
    expect(rows.map(({ atMs }) => atMs)).toEqual([120_000, 60_000])
    expect(rows[1]?.values).toEqual(['30 %', '256.0 MiB', '', '0 bytes/s', '2.0 MiB/s', '', ''])
  })
})

it.each([
  [5.9, '5 s'],
  [60, '1 min'],
  [3_599, '59 min'],
  [7_800, '2 h 10 min'],
  [86_400, '1 day 0 h'],
  [360_000, '4 days 4 h'],
])('%d s is %s', (seconds, words) => {
  expect(durationWords(seconds)).toBe(words)
})
