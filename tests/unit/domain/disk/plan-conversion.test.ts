import { describe, expect, it } from 'vitest'

import { allocationCells } from '../../../../main/domain/disk/allocation-cells.ts'
import { convertProgress } from '../../../../main/domain/disk/convert-progress.ts'
import { chooseConversion, conversionArgs } from '../../../../main/domain/disk/plan-conversion.ts'
import { suggestMachine } from '../../../../main/domain/disk/suggest-machine.ts'

const facts = { sourceFormat: 'raw', sourceDirect: true, sourceCached: 0, targetDirect: true }
const words = (choice: Parameters<typeof conversionArgs>[0], change: Partial<typeof facts> = {}) =>
  conversionArgs(choice, { ...facts, ...change })
    .flatMap(({ args }) => args)
    .join(' ')
const qcow2 = { format: 'qcow2', options: {}, compress: 'none', powerOfTwo: false } as const

describe('the flags of a conversion', () => {
  it('go past the page cache where they can', () => {
    expect(words(qcow2)).toBe('-p -T none -t none -W -m 16 -f raw -O qcow2')
  })
  it('go through it where the source is in it, or the file system has no direct I/O', () => {
    expect(words(qcow2, { sourceCached: 0.9 })).toBe('-p -t none -W -m 16 -f raw -O qcow2')
    expect(words(qcow2, { sourceDirect: false, targetDirect: false })).toBe('-p -W -m 16 -f raw -O qcow2')
  })
  it('compress with zstd', () => {
    expect(words({ ...qcow2, compress: 'zstd' })).toContain('-c -f raw -O qcow2 -o compression_type=zstd')
  })
})

describe('the choice', () => {
  it('joins a destination with the wish', () => {
    expect(chooseConversion({ preset: 'vmware', options: { subformat: 'streamOptimized' } })).toEqual({
      format: 'vmdk',
      options: { subformat: 'streamOptimized', adapter_type: 'lsilogic' },
      compress: 'none',
      powerOfTwo: false,
    })
  })
  it('keeps the exact size of a VHD', () => {
    expect(chooseConversion({ format: 'vpc', options: {} })).toMatchObject({ options: { force_size: 'on' } })
  })
  it.each([
    [{ options: {} }, 'Neither'],
    [{ format: 'vdi', options: {}, compress: 'zstd' }, 'cannot be compressed'],
    [{ format: 'qcow2', options: { backing_file: '/etc/passwd' } }, 'no option backing_file'],
    [{ format: 'qcow2', options: { data_file: '/etc/passwd' } }, 'no option data_file'],
    [{ format: 'qcow2', options: { cluster_size: '1k,backing_file=/etc/passwd' } }, 'not a value'],
    [{ format: 'raw', options: { constructor: 'x' } }, 'no option constructor'],
  ] as const)('refuses %j', (wish, text) => {
    const choice = chooseConversion(wish)
    expect('problems' in choice ? choice.problems.join(' ') : '').toContain(text)
  })
})

it('reads progress that comes in pieces', () => {
  const read = convertProgress()
  expect(['    (0.00/100%)\r', '    (12.', '50/10', '0%)\r    (13.00/100%)\r'].map((chunk) => read(chunk))).toEqual([
    0,
    undefined,
    undefined,
    0.13,
  ])
})

it('adds extents up into cells', () => {
  const picture = allocationCells(4096, 4)
  picture.add({ start: 0, length: 1536, data: true, zero: false, depth: 0 })
  picture.add({ start: 1536, length: 2048, data: true, zero: true, depth: 0 })
  picture.add({ start: 3584, length: 512, data: true, zero: false, depth: 1 })
  expect(picture.result()).toEqual({
    cellBytes: 1024,
    dataBytes: 2048,
    zeroBytes: 2048,
    extents: 3,
    cells: [
      { data: 1, below: 0 },
      { data: 0.5, below: 0 },
      { data: 0, below: 0 },
      { data: 0.5, below: 0.5 },
    ],
  })
})

describe('a machine for a disk', () => {
  const partition = (type: string, fileSystem?: string) => ({
    number: 1,
    startBytes: 0,
    sizeBytes: 1,
    type,
    bootable: false,
    ...(fileSystem !== undefined && { fileSystem: { type: fileSystem } }),
  })
  it.each([
    [
      { table: 'gpt', hasBootCode: false, partitions: [partition('EFI system', 'vfat'), partition('Linux', 'ext4')] },
      'uefi',
      'virtio',
    ],
    [
      { table: 'gpt', hasBootCode: true, partitions: [partition('EFI system'), partition('BIOS boot')] },
      'bios',
      'virtio',
    ],
    [{ table: 'mbr', hasBootCode: true, partitions: [partition('NTFS or exFAT', 'ntfs')] }, 'bios', 'sata'],
    [{ table: 'mbr', hasBootCode: true, partitions: [partition('FAT16', 'vfat')] }, 'bios', 'ide'],
  ] as const)('%#', (disk, firmware, bus) => {
    expect(suggestMachine(disk)).toMatchObject({ firmware, bus })
  })
})
