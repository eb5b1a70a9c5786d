import type { DetectedOs } from '#contract/medium'
import { vmArchitectures, vmDraftSchema } from '#contract/vm-spec'
import { describe, expect, it } from 'vitest'

import {
  draftFromSource,
  formatByName,
  nameFromPath,
} from '../../../../../renderer/features/machines/create/draft-from-source.ts'
import type { Source } from '../../../../../renderer/features/machines/create/source.ts'
import { freeName } from '../../../../../renderer/features/machines/create/free-name.ts'

type Reviewed = Exclude<Source, { kind: 'template' }>

const sources: readonly Reviewed[] = [
  { kind: 'iso', isoPath: '/iso/debian.iso', diskGiB: 20 },
  { kind: 'disk', diskPath: '/images/a.vmdk', format: 'vmdk', use: 'in-place' },
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
      source: { kind: 'disk', diskPath: '/images/a.vdi', format: 'vdi', use: 'in-place' },
      preset: 'paravirtual',
      architecture: 'x86_64',
      name: 'a',
    })
    expect(draft.disks).toMatchObject([{ path: '/images/a.vdi', format: 'vdi' }])
    expect(newDisks).toEqual({})
  })

  it('copies a disk, and an image of the catalogue, into the machine’s folder', () => {
    const wish = { preset: 'paravirtual', architecture: 'x86_64', name: 'a' } as const
    const disk = draftFromSource({
      ...wish,
      source: { kind: 'disk', diskPath: '/images/a.vdi', format: 'vdi', use: 'move' },
    })
    expect(disk.draft.disks).toMatchObject([{ path: 'disk0.vdi', format: 'vdi' }])
    expect(disk.imports).toEqual({ disk0: { from: '/images/a.vdi', mode: 'move' } })
    const image = { digest: 'd', path: '/store/d', kind: 'disk', format: 'qcow2', title: 'A', imported: false } as const
    const cloud = draftFromSource({ ...wish, source: { kind: 'image', image, diskGiB: 20 } })
    expect(cloud.imports).toEqual({ disk0: { from: '/store/d', mode: 'copy' } })
    expect({ made: cloud.newDisks, cloudInit: cloud.cloudInit.enabled }).toEqual({ made: {}, cloudInit: true })
    const own = draftFromSource({
      ...wish,
      source: { kind: 'image', image: { ...image, imported: true }, diskGiB: 20 },
    })
    expect(own.cloudInit.enabled).toBe(false)
    const raw = draftFromSource({ ...wish, source: { kind: 'image', image: { ...image, format: 'raw' }, diskGiB: 20 } })
    expect(raw.draft.disks).toMatchObject([{ path: 'disk0.qcow2', format: 'qcow2' }])
    expect(raw.imports).toEqual({ disk0: { from: '/store/d', mode: 'copy', convertFrom: 'raw' } })
  })

  it('follows what suits the system on the medium, and the classic hardware against it', () => {
    const os: DetectedOs = {
      id: 'win11',
      name: 'Windows 11',
      version: '11',
      family: 'windows',
      knownBy: 'built-in',
      recommended: {
        memoryMiB: 4096,
        cpus: 2,
        diskGiB: 64,
        firmware: 'uefi',
        tpm: true,
        diskBus: 'sata',
        networkModel: 'e1000e',
      },
    }
    const source = { kind: 'iso', isoPath: '/w.iso', diskGiB: 64 } as const
    const wish = { source, architecture: 'x86_64', name: 'a', os } as const
    expect(draftFromSource({ ...wish, preset: 'paravirtual' }).draft).toMatchObject({
      ...{ memoryMiB: 4096, firmware: { kind: 'uefi' }, tpm: true },
      ...{ disks: [{ bus: 'sata' }], networks: [{ model: 'e1000e' }] },
    })
    expect(draftFromSource({ ...wish, preset: 'classic' }).draft).toMatchObject({
      ...{ machineType: 'pc', firmware: { kind: 'bios' }, disks: [{ bus: 'ide' }] },
    })
  })

  it('gives ARM disks the firmware they boot with, and a direct kernel none', () => {
    const firmwareFor = (source: Reviewed) =>
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
