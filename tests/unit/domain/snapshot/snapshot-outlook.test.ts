import { expect, it } from 'vitest'

import type { Snapshot } from '#contract/snapshot'
import { type VmSpec, vmSpecSchema } from '#contract/vm-spec'

import { deleteOutlook, revertedSpec, revertOutlook } from '../../../../main/domain/snapshot/snapshot-outlook.ts'
import { snapshotProblems } from '../../../../main/domain/snapshot/snapshot-problems.ts'
import { snapshotVolumes } from '../../../../main/domain/snapshot/snapshot-volumes.ts'

const spec: VmSpec = vmSpecSchema.parse({
  version: 1,
  id: 'web',
  uuid: '3f1c1a52-6a8e-4f7e-9a43-1c7a2a4f1b6d',
  name: 'Web',
  createdAt: '2026-01-01T00:00:00Z',
  architecture: 'x86_64',
  memoryMiB: 512,
  disks: [{ id: 'root', path: 'root.qcow2', format: 'qcow2', bus: 'virtio' }],
})
const snapshot: Snapshot = {
  id: 'snap-000000000001',
  name: 'Installed',
  notes: '',
  createdAt: '2026-05-01T10:00:00.000Z',
  parent: null,
  memory: true,
  memoryBytes: 1,
  diskBytes: 1,
  automatic: false,
  thumbnail: false,
}
const facts = {
  target: snapshot,
  targetSpec: spec,
  presentSpec: spec,
  snapshots: [snapshot],
  here: { parent: snapshot.id, changed: true, changedBytes: 5 * 1024 * 1024 },
  isRunning: true,
  problems: [],
}
const room = { neededBytes: 10, freeBytes: 100 }
const codes = (problems: readonly { code: string }[]) => problems.map(({ code }) => code)

it('going back says what was written since, that the machine is switched off, and which disk it loses', () => {
  const data = { ...spec.disks[0], id: 'data', path: 'data.qcow2' }
  const presentSpec = vmSpecSchema.parse({ ...spec, disks: [...spec.disks, data] })
  const { losses, effects } = revertOutlook({ ...facts, presentSpec })
  expect(losses[0]).toContain('since “Installed” (about 5 MiB)')
  expect(losses[1]).toContain('switched off')
  expect(losses[2]).toContain('data.qcow2')
  expect(effects.join(' ')).toContain('settings become those of the snapshot')
  expect(revertOutlook({ ...facts, isRunning: false, here: { ...facts.here, changed: false } }).losses).toEqual([])
})

it('deleting says what is gone and what stays', () => {
  const child = { ...snapshot, id: 'snap-000000000002', name: 'Updated', parent: snapshot.id }
  const { losses, effects } = deleteOutlook({ ...facts, snapshots: [snapshot, child] })
  expect(losses.join(' ')).toContain('memory')
  expect(effects.join(' ')).toContain('“Updated” stays')
})

it('a reverted machine has the hardware of then under the name of now', () => {
  const present = { ...spec, name: 'Renamed', notes: 'new', memoryMiB: 1024 }
  expect(revertedSpec(present, spec)).toEqual({ ...spec, name: 'Renamed', notes: 'new' })
})

it('what cannot hold a snapshot is named, with the way out', () => {
  const stopped = { state: 'stopped', hasUefiVars: false, withMemory: false } as const
  expect(snapshotProblems(spec, stopped, room)).toEqual([])
  const raw = vmSpecSchema.parse({ ...spec, disks: [{ ...spec.disks[0], format: 'raw' }] })
  expect(codes(snapshotProblems(raw, stopped, room))).toEqual(['snapshot-needs-qcow2'])
  expect(codes(snapshotProblems({ ...spec, disks: [] }, stopped, room))).toEqual(['snapshot-needs-disk'])
  expect(codes(snapshotProblems({ ...spec, disks: [] }, { ...stopped, hasUefiVars: true }, room))).toEqual([])
  expect(codes(snapshotProblems(spec, stopped, { neededBytes: 10, freeBytes: 9 }))).toEqual(['snapshot-needs-space'])
  for (const state of ['suspended', 'starting', 'stopping', 'suspending', 'not-answering'] as const)
    expect(snapshotProblems(spec, { ...stopped, state }, room)).toHaveLength(1)
})

it('read-only disks have no part in a snapshot, and the first volume takes the memory', () => {
  const [root] = spec.disks
  const disks = [{ ...root, id: 'iso', readOnly: true }, root]
  const volumes = snapshotVolumes(vmSpecSchema.parse({ ...spec, disks }), true)
  expect(volumes.map(({ node }) => node)).toEqual(['disk-root-data', 'uefi-vars'])
})
