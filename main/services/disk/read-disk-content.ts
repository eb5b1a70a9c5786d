import type { DiskPartition } from '#contract/disk'
import { type FileSystem, fileSystemSpans, readFileSystem } from '../../domain/disk/file-system.ts'
import { type PartitionTable, partitionTableBytes, readPartitionTable } from '../../domain/disk/partition-table.ts'
import { openRegularFile } from '../../system/files/open-regular-file.ts'
import { lookLimits, runDiskTool } from '../qemu/run-disk-tool.ts'
import { readFrom } from './look-at-file.ts'
import type { SourceDisk } from './open-source.ts'

interface Span {
  readonly offset: number
  readonly length: number
}

/** Partitions and file systems of a disk. */
export interface DiskContent {
  readonly table: PartitionTable
  readonly partitions: readonly DiskPartition[]
  /** Of the whole disk, without partitions. */
  readonly fileSystem: FileSystem | undefined
}

/** As many partitions as are looked into; more are listed by the table alone. */
const MAX_LOOKED_INTO = 24

/** Reads the places of a disk where tables and superblocks stand, through QEMU where the format needs it. */
export async function readDiskContent(source: SourceDisk, signal: AbortSignal): Promise<DiskContent> {
  const diskBytes = source.virtualBytes ?? source.fileBytes
  const read = source.format === 'raw' && !source.isDevice ? readRaw : readThroughQemu
  const [beginning = new Uint8Array(), ...whole] = await read(
    source,
    [{ offset: 0, length: partitionTableBytes }, ...fileSystemSpans],
    diskBytes,
    signal,
  )
  const table = readPartitionTable(beginning, diskBytes)
  if (table.kind === 'none') return { table, partitions: [], fileSystem: readFileSystem(whole) }
  const looked = table.partitions.slice(0, MAX_LOOKED_INTO)
  const spans = looked.flatMap(({ startBytes }) =>
    fileSystemSpans.map(({ offset, length }) => ({ offset: startBytes + offset, length })),
  )
  const found = spans.length === 0 ? [] : await read(source, spans, diskBytes, signal)
  const partitions = table.partitions.map((partition, index): DiskPartition => {
    const fileSystem = readFileSystem(found.slice(index * fileSystemSpans.length, (index + 1) * fileSystemSpans.length))
    return { ...partition, ...(fileSystem && { fileSystem }) }
  })
  return { table, partitions, fileSystem: undefined }
}

async function readRaw(source: SourceDisk, spans: readonly Span[]): Promise<readonly Uint8Array[]> {
  const file = await openRegularFile(source.path)
  if (typeof file === 'string') return []
  try {
    return await Promise.all(spans.map(({ offset, length }) => readFrom(file)(offset, length)))
  } finally {
    await file.close()
  }
}

/** One qemu-io for all spans. Those beyond the end are empty. */
async function readThroughQemu(
  source: SourceDisk,
  spans: readonly Span[],
  diskBytes: number,
  signal: AbortSignal,
): Promise<readonly Uint8Array[]> {
  const clipped = spans.map(({ offset, length }) => ({
    offset,
    length: Math.max(0, Math.min(length, diskBytes - offset)),
  }))
  const reads = clipped.filter(({ length }) => length > 0)
  if (reads.length === 0) return spans.map(() => new Uint8Array())
  const commands = reads.flatMap(({ offset, length }) => ['-c', `read -v ${offset} ${length}`])
  const text = await runDiskTool(['qemu-io', '-r', '-f', source.format, ...commands, source.path], {
    readOnly: source.isDevice ? [] : source.files,
    ...(source.isDevice && { devices: source.files }),
    limits: lookLimits,
    signal,
  })
  const pieces = hexDumps(
    text,
    reads.map(({ length }) => length),
  )
  let next = 0
  return clipped.map(({ length }) => (length > 0 ? (pieces[next++] ?? new Uint8Array()) : new Uint8Array()))
}

/** Takes `read -v` of qemu-io apart: lines of `offset:  16 bytes in hex  text`, each read followed by its statistics. */
function hexDumps(text: string, lengths: readonly number[]): readonly Uint8Array[] {
  const bytes: Uint8Array[] = []
  let hex = ''
  for (const line of text.split('\n')) {
    const at = line.indexOf(':  ')
    // A thousand lines and more: a regular expression for each takes longer than QEMU takes to read them.
    if (at >= 8) hex += line.slice(at + 3, at + 3 + 16 * 3)
    else if (/^(?:read \d|read failed)/.test(line)) {
      bytes.push(Buffer.from(hex.replaceAll(' ', ''), 'hex').subarray(0, lengths[bytes.length] ?? 0))
      hex = ''
    }
  }
  return bytes
}
