import { readText } from '../vm/disk-header.ts'

/** What the primary volume descriptor of an ISO 9660 image says; texts without the blanks that fill them up. */
export interface IsoVolume {
  readonly systemId: string
  readonly volumeId: string
  readonly publisherId: string
  readonly applicationId: string
  /** As the descriptor counts it; the file may be cut off, or larger. */
  readonly volumeBytes: number
}

/** Where descriptors begin, each one sector long: ECMA-119, 8.1 to 8.4. */
const FIRST_DESCRIPTOR = 16 * 2048
const SECTOR_BYTES = 2048
const PRIMARY = 1
const TERMINATOR = 255

/** Reads the primary volume descriptor from the first 64 KiB of a file; undefined: there is none. */
export function readIsoVolume(first64KiB: Uint8Array): IsoVolume | undefined {
  const view = new DataView(first64KiB.buffer, first64KiB.byteOffset, first64KiB.byteLength)
  for (let at = FIRST_DESCRIPTOR; at + SECTOR_BYTES <= view.byteLength; at += SECTOR_BYTES) {
    if (readText(view, at + 1, 5) !== 'CD001' || view.getUint8(at) === TERMINATOR) return undefined
    if (view.getUint8(at) !== PRIMARY) continue
    const text = (offset: number, length: number) =>
      readText(view, at + offset, length)
        .replaceAll(/[^\u0020-\u007e]/g, ' ')
        .trim()
    return {
      systemId: text(8, 32),
      volumeId: text(40, 32),
      publisherId: text(318, 128),
      applicationId: text(574, 128),
      volumeBytes: view.getUint32(at + 80, true) * view.getUint16(at + 128, true),
    }
  }
  return undefined
}
