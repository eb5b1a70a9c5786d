import { hasText } from '../vm/disk-header.ts'
import type { ImageFacts } from './image-facts.ts'

/**
 * A file that two programs read differently is made to pass one check and be used as something else. Looks for the
 * signatures of the other formats where each has its own; returns what else the file is.
 */
export function findSecondFormat(first: DataView, last: DataView, facts: ImageFacts): string | undefined {
  const { format } = facts
  // A raw disk may hold anything in its data; only what stands where another format is recognized counts, and those
  // at the beginning would have been taken for the format itself.
  if (format === 'raw' || format === 'iso' || format === 'dmg' || format === 'ovf') return undefined
  // The beginning of a fixed VHD is the guest's own.
  if (format === 'vpc' && facts.subformat === 'fixed') return undefined
  if (hasText(first, 32_769, 'CD001')) return 'a CD image'
  if (format !== 'vpc' && hasText(last, 0, 'conectix')) return 'VHD'
  if (hasText(last, 0, 'koly')) return 'dmg'
  if (format !== 'vdi' && hasText(first, 0x40, '\u007f\u0010\u00da\u00be')) return 'VDI'
  if (hasText(first, 257, 'ustar')) return 'a tar archive'
  if (format !== 'vmdk' && hasText(first, 510, '\u0055\u00aa') && format !== 'vdi')
    return 'a raw disk with a partition table'
  return undefined
}
