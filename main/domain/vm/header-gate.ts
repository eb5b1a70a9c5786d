import { hasText, type DiskHeader } from './disk-header.ts'
import { plainHeader } from './plain-header.ts'
import { qcow2Header } from './qcow2-header.ts'
import { vmdkHeader } from './vmdk-header.ts'

/** How much of a file's beginning the gate wants to see; the ISO 9660 magic lies at 32 KiB. */
export const headerGateBytes = 65_536

/**
 * Says what a disk file is before any other program opens it, from its first 64 KiB and, when given, its last 512 bytes
 * (a fixed VHD has its header there). Never follows a name that it finds, and fails closed: what it does not
 * understand is `unsafe`. The layouts are those of QEMU's `docs/interop` and of its block drivers.
 */
export function readDiskHeader(first64KiB: Uint8Array, sizeBytes: number, last512?: Uint8Array): DiskHeader {
  const first = new DataView(first64KiB.buffer, first64KiB.byteOffset, Math.min(first64KiB.byteLength, headerGateBytes))
  const footer = last512 && new DataView(last512.buffer, last512.byteOffset, last512.byteLength)
  try {
    const header = qcow2Header(first) ?? vmdkHeader(first) ?? plainHeader(first, footer)
    return header ? withoutSecondFormat(header, first) : { format: isIso(first) ? 'iso' : 'raw', refersTo: undefined }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { format: undefined, unsafe: `its header is cut off: the file has ${sizeBytes} bytes`, refersTo: undefined }
  }
}

/** A file that is two formats at once is made to be read differently by two programs. */
function withoutSecondFormat(header: DiskHeader, first: DataView): DiskHeader {
  return isIso(first) ? { ...header, unsafe: `it is ${header.format} and a CD image at once` } : header
}

function isIso(first: DataView): boolean {
  return hasText(first, 32_769, 'CD001')
}
