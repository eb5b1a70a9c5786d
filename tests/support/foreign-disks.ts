import { deflateSync } from 'node:zlib'

const SECTOR_BYTES = 512
const VDI_BLOCK_BYTES = 1024 * 1024
const GRAIN_SECTORS = 128
const GRAINS_PER_TABLE = 512
const AT_THE_END = 0xffff_ffff_ffff_ffffn

/**
 * Packs a raw disk of whole MiB as VirtualBox makes a dynamic VDI: its own words, numbers of its own, the map and the data
 * at whole MiB, blocks in the order in which a guest wrote them, empty blocks never written or given back.
 */
export function virtualBoxDisk(disk: Buffer): Buffer {
  const count = disk.length / VDI_BLOCK_BYTES
  const [mapAt, dataAt] = [VDI_BLOCK_BYTES, 2 * VDI_BLOCK_BYTES]
  const blocks = Array.from({ length: count }, (_, index) =>
    disk.subarray(index * VDI_BLOCK_BYTES, (index + 1) * VDI_BLOCK_BYTES),
  )
  const written = [...blocks.keys()].filter((index) => !isEmpty(blocks[index])).toReversed()
  const header = Buffer.alloc(dataAt)
  header.write('<<< Oracle VM VirtualBox Disk Image >>>\n')
  header.writeUInt32LE(0xbeda_107f, 0x40)
  header.writeUInt32LE(0x0001_0001, 0x44)
  header.writeUInt32LE(0x190, 0x48)
  header.writeUInt32LE(1, 0x4c) // dynamic
  header.write('made for a test', 0x54)
  header.writeUInt32LE(mapAt, 0x154)
  header.writeUInt32LE(dataAt, 0x158)
  header.writeUInt32LE(SECTOR_BYTES, 0x168)
  header.writeBigUInt64LE(BigInt(disk.length), 0x170)
  header.writeUInt32LE(VDI_BLOCK_BYTES, 0x178)
  header.writeUInt32LE(count, 0x180)
  header.writeUInt32LE(written.length, 0x184)
  header.fill(0xa5, 0x188, 0x1a8) // the numbers of this disk and of its last change
  for (const index of blocks.keys()) {
    const place = written.indexOf(index)
    header.writeUInt32LE(place >= 0 ? place : index % 2 === 0 ? 0xffff_ffff : 0xffff_fffe, mapAt + index * 4)
  }
  return Buffer.concat([header, ...written.flatMap((index) => blocks[index] ?? [])])
}

/**
 * Packs a raw disk as VMware makes a streamOptimized VMDK: compressed grains behind markers, tables after their grains, and
 * the header once more at the end, which alone tells where the tables are.
 */
export function vmwareStream(disk: Buffer): Buffer {
  const sectors = disk.length / SECTOR_BYTES
  const parts: Buffer[] = []
  let at = 0
  const put = (bytes: Buffer): number => {
    const begins = at
    const padded = Buffer.alloc(Math.ceil(bytes.length / SECTOR_BYTES) * SECTOR_BYTES)
    bytes.copy(padded)
    parts.push(padded)
    at += padded.length / SECTOR_BYTES
    return begins
  }
  put(header(sectors, AT_THE_END))
  const text = `# Disk DescriptorFile
version=1
CID=7e57d15c
parentCID=ffffffff
createType="streamOptimized"

# Extent description
RDONLY ${sectors} SPARSE "generated-stream.vmdk"

# The Disk Data Base
#DDB

ddb.adapterType = "lsilogic"
ddb.geometry.cylinders = "${Math.floor(sectors / (255 * 63))}"
ddb.geometry.heads = "255"
ddb.geometry.sectors = "63"
ddb.virtualHWVersion = "8"
`
  put(Buffer.from(text.padEnd(20 * SECTOR_BYTES, '\0')))
  put(Buffer.alloc((GRAIN_SECTORS - at) * SECTOR_BYTES))
  const tables: number[] = []
  const grains = Math.ceil(sectors / GRAIN_SECTORS)
  for (let first = 0; first < grains; first += GRAINS_PER_TABLE) {
    const table = Buffer.alloc(GRAINS_PER_TABLE * 4)
    for (let index = first; index < Math.min(first + GRAINS_PER_TABLE, grains); index += 1) {
      const grain = Buffer.alloc(GRAIN_SECTORS * SECTOR_BYTES)
      disk.copy(grain, 0, index * grain.length, (index + 1) * grain.length)
      if (isEmpty(grain)) continue
      const packed = deflateSync(grain)
      const before = Buffer.alloc(12)
      before.writeBigUInt64LE(BigInt(index * GRAIN_SECTORS))
      before.writeUInt32LE(packed.length, 8)
      table.writeUInt32LE(put(Buffer.concat([before, packed])), (index - first) * 4)
    }
    put(marker(table.length / SECTOR_BYTES, 1))
    tables.push(put(table))
  }
  const directory = Buffer.alloc(SECTOR_BYTES)
  tables.forEach((table, index) => directory.writeUInt32LE(table, index * 4))
  put(marker(1, 2))
  const directoryAt = put(directory)
  put(marker(1, 3))
  put(header(sectors, BigInt(directoryAt)))
  put(Buffer.alloc(SECTOR_BYTES))
  return Buffer.concat(parts)
}

function header(sectors: number, directoryAt: bigint): Buffer {
  const bytes = Buffer.alloc(SECTOR_BYTES)
  bytes.write('KDMV')
  bytes.writeUInt32LE(3, 4)
  bytes.writeUInt32LE(0x3_0001, 8) // line ends can be tried; compressed; with markers
  bytes.writeBigUInt64LE(BigInt(sectors), 12)
  bytes.writeBigUInt64LE(BigInt(GRAIN_SECTORS), 20)
  bytes.writeBigUInt64LE(1n, 28)
  bytes.writeBigUInt64LE(20n, 36)
  bytes.writeUInt32LE(GRAINS_PER_TABLE, 44)
  bytes.writeBigUInt64LE(directoryAt, 56)
  bytes.writeBigUInt64LE(BigInt(GRAIN_SECTORS), 64)
  bytes.write('\n \r\n', 73)
  bytes.writeUInt16LE(1, 77)
  return bytes
}

function marker(sectors: number, type: number): Buffer {
  const bytes = Buffer.alloc(SECTOR_BYTES)
  bytes.writeBigUInt64LE(BigInt(sectors))
  bytes.writeUInt32LE(type, 12)
  return bytes
}

const isEmpty = (bytes: Buffer | undefined) => bytes?.every((byte) => byte === 0) ?? true
