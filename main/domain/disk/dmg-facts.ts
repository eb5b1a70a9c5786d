import { hasText } from '../vm/disk-header.ts'
import type { ImageFacts } from './image-facts.ts'
import { readUint64 } from './read-at.ts'

/** Apple's disk image, known by the last 512 bytes of the file; undefined when it is none. */
export function dmgFacts(last: DataView): ImageFacts | undefined {
  if (!hasText(last, 0, 'koly')) return undefined
  return { format: 'dmg', version: String(last.getUint32(4)), virtualBytes: readUint64(last, 492) * 512 }
}
