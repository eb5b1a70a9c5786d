import { deflateSync } from 'node:zlib'

const SECTOR_BYTES = 512
const CHUNK_BYTES = 512 * 1024
const ZLIB = 0x8000_0005
const ZERO = 2
const END = 0xffff_ffff

/**
 * Packs a raw disk as Apple's disk image (UDZO): compressed chunks, a property list with the table of them in base64, and
 * a trailer. The layout is the one that QEMU's block/dmg.c reads.
 */
export function appleDisk(disk: Buffer): Buffer {
  const data: Buffer[] = []
  const entries: Buffer[] = []
  let at = 0
  for (let from = 0; from < disk.length; from += CHUNK_BYTES) {
    const chunk = disk.subarray(from, from + CHUNK_BYTES)
    const isEmpty = chunk.every((byte) => byte === 0)
    const packed = isEmpty ? Buffer.alloc(0) : deflateSync(chunk)
    entries.push(entry(isEmpty ? ZERO : ZLIB, from / SECTOR_BYTES, chunk.length / SECTOR_BYTES, at, packed.length))
    data.push(packed)
    at += packed.length
  }
  entries.push(entry(END, disk.length / SECTOR_BYTES, 0, at, 0))
  const table = Buffer.alloc(204)
  table.write('mish')
  table.writeUInt32BE(1, 4)
  table.writeBigUInt64BE(BigInt(disk.length / SECTOR_BYTES), 16)
  table.writeUInt32BE(entries.length, 200)
  const blocks = Buffer.concat([table, ...entries]).toString('base64')
  const list = Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0"><dict><key>resource-fork</key><dict><key>blkx</key><array><dict><key>Data</key><data>\n${blocks}\n</data></dict></array></dict></dict></plist>\n`,
  )
  const trailer = Buffer.alloc(SECTOR_BYTES)
  trailer.write('koly')
  trailer.writeUInt32BE(4, 4)
  trailer.writeUInt32BE(SECTOR_BYTES, 8)
  trailer.writeBigUInt64BE(BigInt(at), 32)
  trailer.writeBigUInt64BE(BigInt(at), 216)
  trailer.writeBigUInt64BE(BigInt(list.length), 224)
  trailer.writeBigUInt64BE(BigInt(disk.length / SECTOR_BYTES), 492)
  return Buffer.concat([...data, list, trailer])
}

function entry(type: number, sector: number, sectors: number, offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(40)
  bytes.writeUInt32BE(type)
  for (const [index, value] of [sector, sectors, offset, length].entries())
    bytes.writeBigUInt64BE(BigInt(value), 8 + index * 8)
  return bytes
}
