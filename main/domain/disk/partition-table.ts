import { hasText, readText } from '../vm/disk-header.ts'
import { partitionTypeName } from './partition-types.ts'
import { readUint64, viewOf } from './read-at.ts'

export interface Partition {
  /** As Linux counts: 1 to 4 primary, from 5 logical; on GPT the place in the table. */
  readonly number: number
  readonly startBytes: number
  readonly sizeBytes: number
  /** In words, or the code of the type. */
  readonly type: string
  readonly name?: string
  readonly bootable: boolean
}

export interface PartitionTable {
  readonly kind: 'none' | 'mbr' | 'gpt'
  readonly partitions: readonly Partition[]
  /** BIOS boot code in the first sector. */
  readonly hasBootCode: boolean
  /** What is wrong with the table, one sentence each. */
  readonly problems: readonly string[]
}

/** How much of a disk's beginning is needed: protective MBR, GPT header and its usual 128 entries of 128 bytes. */
export const partitionTableBytes = 512 + 512 + 16_384

const sectorBytes = 512

/** Reads the partition table out of the disk's beginning. Damaged tables give what can be told, and the problems. */
export function readPartitionTable(beginning: Uint8Array, diskBytes: number): PartitionTable {
  const view = viewOf(beginning)
  const none: PartitionTable = { kind: 'none', partitions: [], hasBootCode: false, problems: [] }
  if (view.byteLength < sectorBytes || view.getUint16(510) !== 0x55aa) return none
  const hasBootCode = beginning.subarray(0, 440).some((byte) => byte !== 0)
  const entries = [0, 1, 2, 3].map((index) => mbrEntry(view, index))
  if (entries.some((entry) => entry.code === 0xee)) return { ...gpt(view, diskBytes), hasBootCode }
  // A file system's boot sector ends with the same two bytes and has text where the table would be.
  if (isBootSectorOfFileSystem(view) || entries.some(({ status }) => (status & 0x7f) !== 0))
    return { ...none, hasBootCode }
  const partitions = entries.flatMap(({ number, code, status, startBytes, sizeBytes }): Partition[] =>
    code === 0 || sizeBytes === 0
      ? []
      : [{ number, startBytes, sizeBytes, type: partitionTypeName(code), bootable: status === 0x80 }],
  )
  if (partitions.length === 0) return { ...none, hasBootCode }
  return { kind: 'mbr', partitions, hasBootCode, problems: findProblems(partitions, diskBytes) }
}

function isBootSectorOfFileSystem(view: DataView): boolean {
  return (
    hasText(view, 54, 'FAT1') || hasText(view, 82, 'FAT32') || hasText(view, 3, 'NTFS') || hasText(view, 3, 'EXFAT')
  )
}

function mbrEntry(view: DataView, index: number) {
  const at = 446 + index * 16
  return {
    number: index + 1,
    status: view.getUint8(at),
    code: view.getUint8(at + 4),
    startBytes: view.getUint32(at + 8, true) * sectorBytes,
    sizeBytes: view.getUint32(at + 12, true) * sectorBytes,
  }
}

function gpt(view: DataView, diskBytes: number): Omit<PartitionTable, 'hasBootCode'> {
  const empty = { kind: 'gpt', partitions: [] } as const
  if (!hasText(view, sectorBytes, 'EFI PART'))
    return {
      ...empty,
      problems: ['The GPT header is missing or damaged; the copy at the end of the disk may be whole.'],
    }
  const [count, entryBytes] = [view.getUint32(sectorBytes + 80, true), view.getUint32(sectorBytes + 84, true)]
  const from = readUint64(view, sectorBytes + 72, true) * sectorBytes
  if (entryBytes < 128 || entryBytes > 4096 || from !== 1024)
    return { ...empty, problems: ['The GPT header is damaged.'] }
  const partitions: Partition[] = []
  for (let index = 0; index < Math.min(count, 128); index += 1) {
    const at = from + index * entryBytes
    if (at + 128 > view.byteLength) break
    const type = guid(view, at)
    if (type === '00000000-0000-0000-0000-000000000000') continue
    const first = readUint64(view, at + 32, true)
    const last = readUint64(view, at + 40, true)
    const name = utf16(view, at + 56, 36)
    partitions.push({
      number: index + 1,
      startBytes: first * sectorBytes,
      sizeBytes: Math.max(0, last - first + 1) * sectorBytes,
      type: partitionTypeName(type),
      ...(name !== '' && { name }),
      bootable: (view.getUint8(at + 48) & 4) !== 0,
    })
  }
  const problems = [...findProblems(partitions, diskBytes)]
  if (readUint64(view, sectorBytes + 32, true) * sectorBytes > diskBytes)
    problems.push('The disk is shorter than its partition table expects: it was cut off or shrunk.')
  return { kind: 'gpt', partitions: partitions.filter(({ startBytes }) => Number.isFinite(startBytes)), problems }
}

function findProblems(partitions: readonly Partition[], diskBytes: number): readonly string[] {
  const problems = partitions
    .filter(({ startBytes, sizeBytes }) => startBytes + sizeBytes > diskBytes)
    .map(({ number }) => `Partition ${number} reaches beyond the end of the disk.`)
  const sorted = partitions.toSorted((a, b) => a.startBytes - b.startBytes)
  for (const [index, partition] of sorted.entries()) {
    const next = sorted[index + 1]
    if (next && partition.startBytes + partition.sizeBytes > next.startBytes)
      problems.push(`Partitions ${partition.number} and ${next.number} overlap.`)
  }
  return problems
}

/** A GUID as people write it: the first three groups are little-endian. */
function guid(view: DataView, offset: number): string {
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0')
  const bytes = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => hex(view.getUint8(offset + from + index), 2)).join('')
  return `${hex(view.getUint32(offset, true), 8)}-${hex(view.getUint16(offset + 4, true), 4)}-${hex(view.getUint16(offset + 6, true), 4)}-${bytes(8, 2)}-${bytes(10, 6)}`
}

function utf16(view: DataView, offset: number, units: number): string {
  let text = ''
  for (let index = 0; index < units; index += 1) {
    const unit = view.getUint16(offset + index * 2, true)
    if (unit === 0) break
    text += String.fromCharCode(unit)
  }
  return readable(text)
}

/** Text from a disk, without what would steer a terminal. */
export function readable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '').trim()
}

/** A label of bytes, as far as its first NUL. */
export function label(view: DataView, offset: number, length: number): string {
  return readable(readText(view, offset, length).split('\0')[0] ?? '')
}
