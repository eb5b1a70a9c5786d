import { hasText } from '../vm/disk-header.ts'
import { label } from './partition-table.ts'
import { viewOf } from './read-at.ts'

export interface FileSystem {
  /** As `mkfs.<type>` and mount call it; `lvm`, `luks`, `swap` for what is none and stands in its place. */
  readonly type: string
  readonly label?: string
}

/** What of a volume is looked at: offset and length in bytes. */
export const fileSystemSpans = [
  { offset: 0, length: 4096 },
  { offset: 32_768, length: 2048 },
  { offset: 65_536, length: 4096 },
] as const

/** Recognizes a file system by its superblock; `spans` as in `fileSystemSpans`, empty where the disk ends. */
export function readFileSystem(spans: readonly Uint8Array[]): FileSystem | undefined {
  const [first = new Uint8Array(), second = new Uint8Array(), third = new Uint8Array()] = spans
  const start = viewOf(first)
  return (
    extFileSystem(start) ??
    startingWith(start) ??
    (hasText(viewOf(second), 1, 'CD001') ? named('iso9660', label(viewOf(second), 40, 32)) : undefined) ??
    (hasText(viewOf(third), 64, '_BHRfS_M') ? named('btrfs', label(viewOf(third), 299, 256)) : undefined)
  )
}

function extFileSystem(view: DataView): FileSystem | undefined {
  if (view.byteLength < 2048 || view.getUint16(1024 + 56, true) !== 0xef53) return undefined
  const [compatible, incompatible] = [view.getUint32(1024 + 92, true), view.getUint32(1024 + 96, true)]
  const usesExtents = (incompatible & 0x40) !== 0
  return named(usesExtents ? 'ext4' : (compatible & 4) !== 0 ? 'ext3' : 'ext2', label(view, 1024 + 120, 16))
}

function startingWith(view: DataView): FileSystem | undefined {
  if (hasText(view, 0, 'XFSB')) return named('xfs', label(view, 108, 12))
  if (hasText(view, 3, 'NTFS    ')) return { type: 'ntfs' }
  if (hasText(view, 3, 'EXFAT   ')) return { type: 'exfat' }
  if (hasText(view, 82, 'FAT32')) return named('vfat', label(view, 71, 11))
  if (hasText(view, 54, 'FAT1')) return named('vfat', label(view, 43, 11))
  if (hasText(view, 0, 'hsqs')) return { type: 'squashfs' }
  if (hasText(view, 0, 'LUKS\u00ba\u00be')) return { type: 'luks' }
  if (hasText(view, 512, 'LABELONE')) return { type: 'lvm' }
  if (hasText(view, 4086, 'SWAPSPACE2')) return { type: 'swap' }
  if (hasText(view, 1024, '\u0010\u0020\u00f5\u00f2')) return { type: 'f2fs' }
  if (hasText(view, 1024, 'H+') || hasText(view, 1024, 'HX')) return { type: 'hfsplus' }
  if (hasText(view, 32, 'NXSB')) return { type: 'apfs' }
  if (hasText(view, 0, 'ReIsEr')) return { type: 'reiserfs' }
  return undefined
}

function named(type: string, name: string): FileSystem {
  return name === '' || name === 'NO NAME' ? { type } : { type, label: name }
}
