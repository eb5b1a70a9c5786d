import { expect, it } from 'vitest'

import { type UsageHistory, usageGraphs, withLook } from '../../../../../renderer/features/containers/usage-samples.ts'

const HOUR_MS = 3_600_000
const usage = (cpuSeconds: number, refused?: number) => ({
  processes: 3,
  memoryBytes: 1_000_000,
  cpuSeconds,
  ...(refused !== undefined && { failures: { memory: refused, pids: 0 } }),
})
const looks = (...all: readonly (readonly [number, ReturnType<typeof usage>])[]) =>
  all.reduce<UsageHistory>((history, [atMs, seen]) => withLook(history, atMs, seen), { samples: [] })

it('counts what grew between two looks', () => {
  const { samples } = looks([1000, usage(5, 7)], [3000, usage(6, 9)], [5000, usage(2, 9)])
  expect(samples.map(({ cpus, memoryRefusals }) => ({ cpus, memoryRefusals }))).toEqual([
    { cpus: undefined, memoryRefusals: 0 },
    { cpus: 0.5, memoryRefusals: 2 },
    // A program that has ended took its time along.
    { cpus: 0, memoryRefusals: 0 },
  ])
})

it('keeps an hour', () => {
  const { samples } = looks([0, usage(0)], [HOUR_MS - 1, usage(1)], [HOUR_MS + 1, usage(2)])
  expect(samples.map(({ atMs }) => atMs)).toEqual([HOUR_MS - 1, HOUR_MS + 1])
})

it('draws refusals only where they are counted, and reaches up to the limits', () => {
  expect(usageGraphs({}, false).map(({ title }) => title)).toEqual(['Processor', 'Memory', 'Processes'])
  const graphs = usageGraphs({ memoryMiB: 512, cpus: 1.5, pids: 40 }, true)
  expect(graphs.map(({ title, top }) => ({ title, top }))).toEqual([
    { title: 'Processor', top: 150 },
    { title: 'Memory', top: 512 * 1024 * 1024 },
    { title: 'Processes', top: 40 },
    { title: 'Refused by its limits', top: 4 },
  ])
})
