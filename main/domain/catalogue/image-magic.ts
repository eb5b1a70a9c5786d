import type { ImageFormat, ImageKind } from '#contract/image'
import { hasText, readText } from '../vm/disk-header.ts'
import { readDiskHeader } from '../vm/header-gate.ts'

export type ImageLook =
  | { readonly ok: true; readonly format: ImageFormat; readonly kind: ImageKind }
  /** Why it is not taken, as the end of a sentence that begins with the file. */
  | { readonly ok: false; readonly why: string }

const diskFormats: readonly ImageFormat[] = ['qcow2', 'raw', 'vmdk', 'vdi', 'vpc', 'vhdx']

/**
 * Says what a file is from its first 64 KiB and its last 512 bytes, and refuses what no program of ours may open: disks
 * that refer to other files, two formats at once, web pages, formats that Petri has no use for. `raw` is what has no
 * other sign, so it is believed only with a boot sector.
 */
export function lookAtImage(first64KiB: Uint8Array, sizeBytes: number, last512?: Uint8Array): ImageLook {
  if (sizeBytes === 0) return { ok: false, why: 'is empty' }
  const view = new DataView(first64KiB.buffer, first64KiB.byteOffset, first64KiB.byteLength)
  if (isWebPage(view)) return { ok: false, why: 'is a web page' }
  const archive = archiveFormat(view)
  if (archive !== undefined) return { ok: true, format: archive, kind: 'root' }
  const header = readDiskHeader(first64KiB, sizeBytes, last512)
  if (header.unsafe !== undefined) return { ok: false, why: `cannot be used: ${header.unsafe}` }
  if (header.refersTo !== undefined) return { ok: false, why: `needs another file (${header.refersTo})` }
  if (header.format === 'iso') return { ok: true, format: 'iso', kind: 'iso' }
  if (header.format === 'raw' && !hasBootSector(view))
    return {
      ok: false,
      why: 'is neither a disk image with a boot sector or a known header, nor a CD, nor a root archive',
    }
  const format = diskFormats.find((known) => known === header.format)
  if (format === undefined)
    return { ok: false, why: `is ${header.format ?? 'of no known format'}, which cannot be used` }
  return { ok: true, format, kind: 'disk' }
}

/** True when the first bytes are those of a web page: a login page of a network, or a server's error text. */
export function isWebPage(first: DataView): boolean {
  return /^(?:\u00EF\u00BB\u00BF)?\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype html|html|head)/i.test(readText(first, 0, 512))
}

function archiveFormat(view: DataView): ImageFormat | undefined {
  if (hasText(view, 0, 'hsqs')) return 'squashfs'
  if (hasText(view, 0, '\u00FD7zXZ\0')) return 'tar.xz'
  if (hasText(view, 0, '\u001F\u008B')) return 'tar.gz'
  if (hasText(view, 0, '\u0028\u00B5\u002F\u00FD')) return 'tar.zst'
  return hasText(view, 257, 'ustar') ? 'tar' : undefined
}

function hasBootSector(view: DataView): boolean {
  return view.byteLength >= 512 && view.getUint16(510, true) === 0xaa55
}
