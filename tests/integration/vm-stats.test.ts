import { expect, it } from 'vitest'

import { localPetri } from '../support/local-petri.ts'
import { talk, waitForOutput } from '../support/serial-talk.ts'

const MIB = 1024 * 1024

it('counts what a guest does, and shows the hour after it is off', async () => {
  await using petri = await localPetri()
  expect(await petri.call('vm.stats', { id: 'starter' })).toEqual({ samples: [] })
  const { spec } = await petri.call('vm.show', { id: 'starter' })
  if (!spec) throw new Error('there is no Starter')
  const disk = { id: 'data', path: 'data.qcow2', format: 'qcow2', bus: 'virtio' } as const
  const full = { ...disk, cache: 'writeback', discard: 'unmap', readOnly: false } as const
  await petri.call('vm.update', { spec: { ...spec, disks: [full] }, newDisks: { data: 64 * MIB } })
  await petri.call('vm.start', { id: 'starter' })
  await waitForOutput(petri.app, 'starter', 'root@starter', 90_000)

  const before = await petri.call('vm.stats', { id: 'starter' })
  expect(before.now).toMatchObject({
    memory: { machineBytes: 256 * MIB, balloonBytes: 256 * MIB },
    addresses: [{ network: 'lan', address: '10.0.2.15' }],
    drives: [{ id: 'data', writtenBytes: 0 }],
  })
  expect(before.now?.memory.residentBytes).toBeGreaterThan(32 * MIB)
  expect(before.now?.memory.proportionalBytes).toBeLessThanOrEqual(before.now?.memory.residentBytes ?? 0)
  expect(before.now?.cpuSeconds).toBeGreaterThan(0)

  await talk(
    petri.app,
    'starter',
    'dd if=/dev/urandom of=/dev/vda bs=1M count=8 conv=fsync; ping -c 3 10.0.2.2 >/dev/null; echo did-it',
    '\r\ndid-it',
    30_000,
  )
  const busy = await petri.call('vm.stats', { id: 'starter' })
  expect(busy.now?.drives[0]?.writtenBytes).toBeGreaterThanOrEqual(8 * MIB)
  expect(busy.samples.some(({ writtenBytesPerSecond }) => writtenBytesPerSecond > 0)).toBe(true)
  expect(busy.samples.some(({ cpus }) => cpus > 0.05)).toBe(true)
  expect(busy.samples.some(({ sentPacketsPerSecond }) => (sentPacketsPerSecond ?? 0) > 0)).toBe(true)

  // Waiting for the next sample is what makes them come often.
  const last = busy.samples.at(-1)?.atMs ?? 0
  const next = await petri.call('vm.stats', { id: 'starter', after: last })
  expect(next.samples.length).toBeGreaterThan(0)
  expect(next.samples.every(({ atMs }) => atMs > last)).toBe(true)
  expect(next.now?.memory.guestAvailableBytes).toBeGreaterThan(0)

  await petri.call('vm.powerOff', { id: 'starter' })
  const after = await petri.call('vm.stats', { id: 'starter' })
  expect(after.now).toBeUndefined()
  expect(after.samples.length).toBeGreaterThanOrEqual(busy.samples.length)
}, 150_000)
