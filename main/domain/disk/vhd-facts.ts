import { hasText, readText } from '../vm/disk-header.ts'
import type { ImageFacts } from './image-facts.ts'
import { readUint64 } from './read-at.ts'

const kinds: Readonly<Record<number, string>> = { 2: 'fixed', 3: 'dynamic', 4: 'differencing' }

/** What a VHD says: in its first 512 bytes when it is dynamic, in its last ones in any case. */
export function vhdFacts(first: DataView, last: DataView, sizeBytes: number): ImageFacts {
  const isDynamic = hasText(first, 0, 'conectix')
  const footer = isDynamic ? first : last
  const kind = footer.getUint32(60)
  const currentBytes = readUint64(footer, 48)
  return {
    format: 'vpc',
    version: `made by "${readText(footer, 28, 4)
      .replaceAll(/[^\x20-\x7e]/g, '')
      .trim()}"`,
    subformat: kinds[kind],
    virtualBytes: currentBytes,
    unsafe: problem(footer, kind, currentBytes, sizeBytes),
  }
}

function problem(footer: DataView, kind: number, currentBytes: number, sizeBytes: number): string | undefined {
  if (kind === 4) return 'it is only the difference to another disk'
  if (kind !== 2 && kind !== 3) return `it is VHD of the unknown type ${kind}`
  const sum = checksum(footer)
  if (sum !== footer.getUint32(64)) return 'its header is damaged (the checksum is wrong)'
  if (kind === 2 && currentBytes > sizeBytes) return 'it is cut off: it should be longer'
  return undefined
}

/** The one's complement of the sum of the 512 bytes, its own four left out. */
function checksum(footer: DataView): number {
  let sum = 0
  for (let index = 0; index < 512; index += 1) if (index < 64 || index > 67) sum += footer.getUint8(index)
  return ~sum >>> 0
}
