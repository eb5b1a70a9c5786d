import { hasText } from '../vm/disk-header.ts'
import type { ImageFacts } from './image-facts.ts'
import { type ReadAt, readUint64, viewOf } from './read-at.ts'

/** Where the first of two region tables stands ([MS-VHDX] 2.2.3). */
const regionTableOffset = 196_608
/** Identifiers as they stand in the file, in hex. */
const metadataRegion = '06a27c8b90479a4bb8fe575f050f886e'
const fileParameters = '3767a1ca36fa434db3b633f0aa44e76b'
const virtualDiskSize = '2442a52f1bcd7648b2115dbed83bf4b8'
/** In the flags of the file parameters. */
const leaveAllocatedFlag = 1
const hasParentFlag = 2

/** What a VHDX says; its metadata is found through the region table. Throws RangeError when it is cut off. */
export async function vhdxFacts(read: ReadAt): Promise<ImageFacts> {
  const facts: ImageFacts = { format: 'vhdx' }
  const regions = viewOf(await read(regionTableOffset, 65_536))
  if (!hasText(regions, 0, 'regi')) return { ...facts, unsafe: 'its region table is damaged' }
  const metadataOffset = findRegion(regions)
  if (metadataOffset === undefined) return { ...facts, unsafe: 'it names no place for its metadata' }
  const metadata = viewOf(await read(metadataOffset, 1_048_576))
  if (!hasText(metadata, 0, 'metadata')) return { ...facts, unsafe: 'its metadata is damaged' }
  const items = new Map<string, number>()
  for (let index = 0; index < Math.min(metadata.getUint16(10, true), 2047); index += 1) {
    const at = 32 + index * 32
    items.set(hex(metadata, at), metadata.getUint32(at + 16, true))
  }
  const parameters = items.get(fileParameters)
  const size = items.get(virtualDiskSize)
  if (parameters === undefined || size === undefined)
    return { ...facts, unsafe: 'its metadata lacks the size of the disk' }
  const flags = metadata.getUint32(parameters + 4, true)
  return {
    ...facts,
    subformat: flags & leaveAllocatedFlag ? 'fixed' : 'dynamic',
    clusterBytes: metadata.getUint32(parameters, true),
    virtualBytes: readUint64(metadata, size, true),
    ...(flags & hasParentFlag && { unsafe: 'it is only the difference to another disk' }),
  }
}

function findRegion(regions: DataView): number | undefined {
  for (let index = 0; index < Math.min(regions.getUint32(8, true), 2047); index += 1) {
    const at = 16 + index * 32
    if (hex(regions, at) === metadataRegion) return readUint64(regions, at + 16, true)
  }
  return undefined
}

function hex(view: DataView, offset: number): string {
  let text = ''
  for (let index = 0; index < 16; index += 1)
    text += view
      .getUint8(offset + index)
      .toString(16)
      .padStart(2, '0')
  return text
}
