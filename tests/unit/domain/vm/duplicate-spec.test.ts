import { expect, test } from 'vitest'

import { vmSpecSchema } from '#contract/vm-spec'

import { duplicateSpec } from '../../../../main/domain/vm/duplicate-spec.ts'

test('a copy is a machine of its own: identity and addresses are new, disks and forwards stay', () => {
  const forwards = [{ protocol: 'tcp', hostPort: 2222, guestPort: 22 }]
  const original = vmSpecSchema.parse({
    version: 1,
    id: 'web',
    uuid: '3f1c1a52-6a8e-4f7e-9a43-1c7a2a4f1b6d',
    name: 'Web',
    createdAt: '2026-01-01T00:00:00Z',
    architecture: 'x86_64',
    memoryMiB: 512,
    disks: [{ id: 'root', path: 'root.qcow2', format: 'qcow2', bus: 'virtio' }],
    networks: [{ id: 'lan', model: 'e1000', mac: '52:54:00:12:34:56', backend: { kind: 'user', forwards } }],
  })
  const identity = {
    id: 'web-2',
    uuid: '8a0f6f5e-7a8b-4a5e-9c5b-0b8d5e1c2f3a',
    name: 'Web (copy)',
    createdAt: '2026-02-02T00:00:00Z',
  }
  const copy = duplicateSpec(original, identity)
  expect(copy).toEqual({
    ...original,
    ...identity,
    networks: original.networks.map(({ mac: _mac, ...network }) => network),
  })
  expect(copy.networks[0]).not.toHaveProperty('mac')
  expect(vmSpecSchema.parse(copy)).toEqual(copy)
})
