import { describe, expect, it } from 'vitest'

import { type Counters, sampleBetween } from '../../../../../main/domain/vm/stats/counters.ts'
import { guestAddresses } from '../../../../../main/domain/vm/stats/guest-addresses.ts'
import { withSample } from '../../../../../main/domain/vm/stats/last-hour.ts'
import { vmSpecSchema } from '#contract/vm-spec'

const first: Counters = {
  atMs: 1_000,
  cpuMs: 500,
  residentBytes: 10,
  guestUsedBytes: undefined,
  readBytes: 0,
  writtenBytes: 100,
  queues: [{ card: 'lan', received: 65_530, sent: 5 }],
}

describe('sampleBetween', () => {
  it('gives rates per second, over the turn of a 16-bit queue index, too', () => {
    const next = {
      ...first,
      atMs: 3_000,
      cpuMs: 2_500,
      residentBytes: 20,
      guestUsedBytes: 7,
      readBytes: 4_000,
      queues: [{ card: 'lan', received: 4, sent: 9 }],
    }
    expect(sampleBetween(first, next)).toEqual({
      atMs: 3_000,
      cpus: 1,
      residentBytes: 20,
      guestUsedBytes: 7,
      readBytesPerSecond: 2_000,
      writtenBytesPerSecond: 0,
      receivedPacketsPerSecond: 5,
      sentPacketsPerSecond: 2,
    })
  })

  it('says nothing of packets when the index may have gone round unseen, and takes no card for another', () => {
    expect(sampleBetween(first, { ...first, atMs: 11_000 })).not.toHaveProperty('receivedPacketsPerSecond')
    const other = { ...first, atMs: 2_000, queues: [{ card: 'new', received: 9, sent: 9 }] }
    expect(sampleBetween(first, other)).toMatchObject({ receivedPacketsPerSecond: 0 })
  })

  it('knows nothing between looks that are not in order, and never runs backwards', () => {
    expect(sampleBetween(first, first)).toBeUndefined()
    expect(sampleBetween(first, { ...first, atMs: 2_000, cpuMs: 0 })).toBeUndefined()
    // A drive was taken out: its counters are gone with it.
    expect(sampleBetween(first, { ...first, atMs: 2_000, writtenBytes: 0 })).toMatchObject({ writtenBytesPerSecond: 0 })
  })
})

it('withSample keeps an hour', () => {
  const sample = (atMs: number) => ({
    atMs,
    cpus: 0,
    residentBytes: 0,
    readBytesPerSecond: 0,
    writtenBytesPerSecond: 0,
  })
  const hour = [0, 1_800_000, 3_600_000].map(sample)
  expect(withSample(hour, sample(3_600_001)).map(({ atMs }) => atMs)).toEqual([1_800_000, 3_600_000, 3_600_001])
  expect(withSample(hour, sample(9_000_000)).map(({ atMs }) => atMs)).toEqual([9_000_000])
})

describe('guestAddresses', () => {
  const spec = vmSpecSchema.parse({
    version: 1,
    id: 'web',
    uuid: '3f1c1a52-6a8e-4f7e-9a43-1c7a2a4f1b6d',
    name: 'Web',
    createdAt: '2026-01-01T00:00:00Z',
    architecture: 'x86_64',
    memoryMiB: 512,
    networks: [
      { id: 'lan', model: 'virtio', backend: { kind: 'user' } },
      { id: 'dark', model: 'virtio', backend: { kind: 'none' } },
    ],
  })
  const row = {
    netdev: 'net-lan-link',
    protocol: 'tcp',
    state: 'ESTABLISHED',
    sourceAddress: '10.0.2.77',
    sourcePort: 1,
    targetAddress: '10.0.2.2',
    targetPort: 2,
  } as const

  it('shows what the traffic shows, else what is offered, and says which', () => {
    expect(guestAddresses(spec, [row])).toEqual([{ network: 'lan', address: '10.0.2.77', source: 'seen' }])
    const offered = [{ network: 'lan', address: '10.0.2.15', source: 'offered' }]
    expect(guestAddresses(spec, [])).toEqual(offered)
    expect(guestAddresses(spec, [{ ...row, state: 'HOST_FORWARD' }])).toEqual(offered)
    expect(guestAddresses(spec, [{ ...row, netdev: 'net-other-link' }])).toEqual(offered)
  })
})
