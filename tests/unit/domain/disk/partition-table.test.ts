import { expect, it } from 'vitest'

import { readFileSystem } from '../../../../main/domain/disk/file-system.ts'
import { partitionTableBytes, readPartitionTable } from '../../../../main/domain/disk/partition-table.ts'

const MIB = 1024 * 1024

function mbr(
  ...entries: readonly {
    readonly type: number
    readonly start: number
    readonly sectors: number
    readonly boot?: boolean
  }[]
) {
  const bytes = Buffer.alloc(partitionTableBytes)
  bytes.writeUInt16BE(0x55aa, 510)
  for (const [index, { type, start, sectors, boot }] of entries.entries()) {
    bytes.writeUInt8(boot ? 0x80 : 0, 446 + index * 16)
    bytes.writeUInt8(type, 446 + index * 16 + 4)
    bytes.writeUInt32LE(start, 446 + index * 16 + 8)
    bytes.writeUInt32LE(sectors, 446 + index * 16 + 12)
  }
  return bytes
}

it('reads an MBR', () => {
  const table = readPartitionTable(mbr({ type: 0x83, start: 2048, sectors: 4096, boot: true }), 8 * MIB)
  expect(table).toEqual({
    kind: 'mbr',
    hasBootCode: false,
    problems: [],
    partitions: [{ number: 1, startBytes: MIB, sizeBytes: 2 * MIB, type: 'Linux', bootable: true }],
  })
})

it('tells of partitions that overlap and reach too far', () => {
  const table = readPartitionTable(
    mbr({ type: 0x83, start: 2048, sectors: 4096 }, { type: 7, start: 4096, sectors: 100_000 }),
    8 * MIB,
  )
  expect(table.problems).toEqual(['Partition 2 reaches beyond the end of the disk.', 'Partitions 1 and 2 overlap.'])
})

it('reads a GPT', () => {
  const bytes = mbr({ type: 0xee, start: 1, sectors: 16_383 })
  bytes.write('EFI PART', 512)
  bytes.writeBigUInt64LE(2n, 512 + 72)
  bytes.writeUInt32LE(128, 512 + 80)
  bytes.writeUInt32LE(128, 512 + 84)
  Buffer.from('28732ac11ff8d211ba4b00a0c93ec93b', 'hex').copy(bytes, 1024)
  bytes.writeBigUInt64LE(2048n, 1024 + 32)
  bytes.writeBigUInt64LE(4095n, 1024 + 40)
  bytes.write('ESP', 1024 + 56, 'utf16le')
  expect(readPartitionTable(bytes, 8 * MIB)).toMatchObject({
    kind: 'gpt',
    partitions: [{ number: 1, startBytes: MIB, sizeBytes: MIB, type: 'EFI system', name: 'ESP' }],
    problems: [],
  })
  bytes.fill(0, 512, 520)
  expect(readPartitionTable(bytes, 8 * MIB)).toMatchObject({
    kind: 'gpt',
    partitions: [],
    problems: [expect.any(String)],
  })
})

it('takes a boot sector of FAT for no table', () => {
  const bytes = mbr()
  bytes.write('FAT16', 54)
  expect(readPartitionTable(bytes, 8 * MIB).kind).toBe('none')
})

it('knows file systems by their superblocks', () => {
  const ext4 = Buffer.alloc(4096)
  ext4.writeUInt16LE(0xef53, 1024 + 56)
  ext4.writeUInt32LE(0x40, 1024 + 96)
  ext4.write('root', 1024 + 120)
  const btrfs = Buffer.alloc(4096)
  btrfs.write('_BHRfS_M', 64)
  expect(readFileSystem([ext4])).toEqual({ type: 'ext4', label: 'root' })
  expect(readFileSystem([Buffer.alloc(4096), Buffer.alloc(2048), btrfs])).toEqual({ type: 'btrfs' })
  expect(readFileSystem([Buffer.alloc(4096)])).toBeUndefined()
})
