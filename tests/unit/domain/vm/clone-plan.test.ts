import { expect, it } from 'vitest'

import { diskSchema } from '#contract/vm-spec'

import { clonedDisk, cloneSteps } from '../../../../main/domain/vm/clone-plan.ts'
import { diskLayers, needsDisksOf } from '../../../../main/domain/vm/frozen-disks.ts'

const disk = (more: Readonly<Record<string, unknown>>) =>
  diskSchema.parse({ id: 'root', path: 'root.qcow2', format: 'qcow2', bus: 'virtio', ...more })
const kinds = (disks: ReturnType<typeof disk>[], kind: 'full' | 'linked', past = false) =>
  cloneSteps({ disks }, kind, past).map((step) => step.kind)

it('two machines never write one file, and nothing that is read alone is copied without need', () => {
  const own = disk({})
  const outside = disk({ path: '/srv/data.raw', format: 'raw' })
  const shared = disk({ path: '/srv/read.raw', format: 'raw', readOnly: true })
  const ownReadOnly = disk({ path: 'tools.raw', format: 'raw', readOnly: true })
  const linked = disk({ backing: ['a/base-root-1.qcow2'] })
  const all = [own, outside, shared, ownReadOnly, linked]
  expect(kinds(all, 'full')).toEqual(['copy', 'copy', 'share', 'link-file', 'convert'])
  expect(kinds(all, 'full', true)).toEqual(['convert', 'convert', 'share', 'link-file', 'convert'])
  expect(kinds(all, 'linked')).toEqual(['layer', 'layer', 'share', 'link-file', 'layer'])
  expect(clonedDisk({ kind: 'copy', disk: outside }, undefined)).toMatchObject({ path: 'disk-root.raw', format: 'raw' })
  expect(clonedDisk({ kind: 'convert', disk: linked }, undefined)).not.toHaveProperty('backing')
})

it('the header of each layer has to name the next one, relative to its own folder', () => {
  const layered = disk({ path: 'disks/root.qcow2', backing: ['b/base-root-2.qcow2', 'a/base-root-1.qcow2'] })
  expect(diskLayers(layered)).toEqual([
    { path: 'disks/root.qcow2', backingName: '../../b/base-root-2.qcow2' },
    { path: '../b/base-root-2.qcow2', backingName: '../a/base-root-1.qcow2' },
    { path: '../a/base-root-1.qcow2', backingName: undefined },
  ])
  expect(needsDisksOf({ id: 'c', disks: [layered] }, 'a')).toBe(true)
  expect(needsDisksOf({ id: 'b', disks: [layered] }, 'b')).toBe(false)
})

it('a frozen disk can only be one of Petri’s own', () => {
  for (const path of [
    '/etc/passwd',
    '../base-x.qcow2',
    'a/../base-x.qcow2',
    'a/root.qcow2',
    'a/base-x.raw',
    'A/base-x.qcow2',
  ])
    expect(() => disk({ backing: [path] })).toThrow('pattern')
})
