import { expect, it } from 'vitest'

import { vmSpecSchema } from '#contract/vm-spec'

import { changesLive } from '../../../../../renderer/features/machines/page/changes-live.ts'

const disk = (id: string) => ({ id, path: `${id}.qcow2`, format: 'qcow2', bus: 'virtio' })
const spec = (...disks: readonly string[]) =>
  vmSpecSchema.parse({
    version: 1,
    id: 'web',
    uuid: '3f1c1a52-6a8e-4f7e-9a43-1c7a2a4f1b6d',
    name: 'Web',
    createdAt: '2026-01-01T00:00:00Z',
    architecture: 'x86_64',
    memoryMiB: 512,
    disks: disks.map(disk),
    networks: [{ id: 'lan', model: 'virtio', backend: { kind: 'user' } }],
  })

it.each([
  ['name', true],
  ['memoryTargetMiB', true],
  ['memoryMiB', false],
  ['cpu.cores', false],
  ['cdroms', false],
  ['cdroms[0].path', true],
  ['cdroms[0].bus', false],
  ['disks[0]', true],
  ['disks[0].cache', false],
  ['disks[1].cache', true],
  ['disks[2]', true],
  ['networks[0].model', false],
  ['networks[0].backend', false],
  ['networks[0].backend.forwards', true],
  ['networks[0].backend.forwards[3].hostPort', true],
  ['networks[1]', true],
  ['display.device', false],
])('%s of a running machine with a new second disk: %s', (path, can) => {
  expect(changesLive(spec('root'), spec('root', 'new'), path)).toBe(can)
})
