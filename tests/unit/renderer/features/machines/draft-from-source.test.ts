import { vmArchitectures, vmDraftSchema } from '#contract/vm-spec'
import { describe, expect, it } from 'vitest'

import {
  draftFromSource,
  formatByName,
  nameFromPath,
  type Source,
} from '../../../../../renderer/features/machines/create/draft-from-source.ts'
import { freeName } from '../../../../../renderer/features/machines/create/free-name.ts'

const sources: readonly Source[] = [
  { kind: 'iso', isoPath: '/iso/debian.iso', diskGiB: 20 },
  { kind: 'disk', diskPath: '/images/a.vmdk', format: 'vmdk' },
  { kind: 'kernel', kernelPath: '/boot/vmlinuz', initrdPath: '', commandLine: 'console=ttyS0' },
  { kind: 'blank', diskGiB: 1 },
]
const cases = vmArchitectures.flatMap((architecture) =>
  (['paravirtual', 'classic'] as const).flatMap((preset) =>
    sources.map((source) => ({ architecture, preset, source })),
  ),
)

describe('draftFromSource', () => {
  it.each(cases)('makes a draft that the contract takes as it is: $architecture $preset $source.kind', (wish) => {
    const { draft, newDisks } = draftFromSource({ ...wish, name: 'new' })
    expect(vmDraftSchema.parse(draft)).toEqual(draft)
    expect(draft.disks.map((disk) => disk.id)).toEqual(expect.arrayContaining(Object.keys(newDisks)))
  })

  it('makes the classic PC: IDE disk, e1000, VGA, no virtio', () => {
    const { draft } = draftFromSource({
      source: { kind: 'blank', diskGiB: 4 },
      preset: 'classic',
      architecture: 'i386',
      name: 'dos',
    })
    expect(draft).toMatchObject({
      machineType: 'pc',
      disks: [{ bus: 'ide', discard: 'ignore' }],
      networks: [{ model: 'e1000' }],
      display: { kind: 'vnc', device: 'std' },
      balloon: false,
      rng: false,
    })
  })

  it('makes the paravirtual machine: virtio disk with discard, virtio network, balloon, virtio-vga', () => {
    const { draft, newDisks } = draftFromSource({
      source: { kind: 'iso', isoPath: '/iso/a.iso', diskGiB: 20 },
      preset: 'paravirtual',
      architecture: 'x86_64',
      name: ' a ',
    })
    expect(draft).toMatchObject({
      name: 'a',
      disks: [{ bus: 'virtio', discard: 'unmap', format: 'qcow2' }],
      cdroms: [{ path: '/iso/a.iso', bus: 'sata' }],
      boot: { order: ['cdrom', 'disk', 'network'] },
      networks: [{ model: 'virtio' }],
      display: { kind: 'vnc', device: 'virtio-vga' },
      balloon: true,
    })
    expect(newDisks).toEqual({ disk0: 21_474_836_480 })
  })

  it('uses an existing disk where it lies and makes none', () => {
    const { draft, newDisks } = draftFromSource({
      source: { kind: 'disk', diskPath: '/images/a.vdi', format: 'vdi' },
      preset: 'paravirtual',
      architecture: 'x86_64',
      name: 'a',
    })
    expect(draft.disks).toMatchObject([{ path: '/images/a.vdi', format: 'vdi' }])
    expect(newDisks).toEqual({})
  })

  it('gives ARM disks the firmware they boot with, and a direct kernel none', () => {
    const firmwareFor = (source: Source) =>
      draftFromSource({ source, preset: 'paravirtual', architecture: 'aarch64', name: 'a' }).draft.firmware.kind
    expect(sources.map(firmwareFor)).toEqual(['uefi', 'uefi', 'bios', 'uefi'])
  })
})

it('reads a format from a file name', () => {
  expect(['/a/b.QCOW2', 'b.img', 'b.vhd', 'b.vhdx', 'b', 'qcow2', 'a.tar.vmdk'].map(formatByName)).toEqual([
    'qcow2',
    'raw',
    'vpc',
    'vhdx',
    'raw',
    'raw',
    'vmdk',
  ])
})

it('makes a name from a path and keeps it free', () => {
  expect(nameFromPath('/iso/debian-12.5.0-amd64.iso')).toBe('debian-12.5.0-amd64')
  expect(nameFromPath(`/${'x'.repeat(300)}`)).toHaveLength(120)
  expect(freeName('web', [])).toBe('web')
  expect(freeName('web', ['web', 'web 2', 'web 4'])).toBe('web 3')
})
