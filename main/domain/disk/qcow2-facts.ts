import { readText } from '../vm/disk-header.ts'
import { encryptedWords, qcow2Header } from '../vm/qcow2-header.ts'
import type { ImageFacts } from './image-facts.ts'
import { readUint64 } from './read-at.ts'

/** Names of the header extensions, big-endian (docs/interop/qcow2.txt). */
const endExtension = 0
const backingFormatExtension = 0xe2792aca
const dataFileExtension = 0x44415441

/** More snapshots than any program makes, and few enough to count through. */
const maxSnapshots = 65_536
/** QEMU refuses a larger L1 table, in entries. */
const maxL1Entries = 4_194_304

/** What a qcow2 header says. Throws RangeError when it is cut off. */
export function qcow2Facts(view: DataView, sizeBytes: number): ImageFacts {
  const header = qcow2Header(view)
  const version = view.getUint32(4)
  const clusterBits = view.getUint32(20)
  const features = version === 3 ? view.getBigUint64(72) : 0n
  const headerBytes = version === 3 ? view.getUint32(100) : 72
  const extensions = readExtensions(view, headerBytes)
  const backingOffset = readUint64(view, 8)
  // That it is encrypted hides nothing else: with its passphrase it is read.
  const danger = header?.unsafe === encryptedWords ? undefined : header?.unsafe
  const hasDataFile = (features & 4n) !== 0n || extensions.dataFile !== undefined
  return {
    format: 'qcow2',
    version: version === 2 ? '2 (compat 0.10)' : '3 (compat 1.1)',
    virtualBytes: readUint64(view, 24),
    clusterBytes: clusterBits >= 9 && clusterBits <= 21 ? 2 ** clusterBits : undefined,
    compression:
      version === 3 && (features & 8n) !== 0n && headerBytes > 104 && view.getUint8(104) === 1 ? 'zstd' : 'zlib',
    encrypted: view.getUint32(32) !== 0,
    dirty: (features & 1n) !== 0n,
    corrupt: (features & 2n) !== 0n,
    snapshotCount: view.getUint32(60),
    backing:
      backingOffset === 0
        ? undefined
        : {
            name: readText(view, backingOffset, Math.min(view.getUint32(16), 1023)) || 'a backing file',
            format: extensions.backingFormat,
          },
    unsafe: hasDataFile
      ? `its data lies in another file (${(extensions.dataFile ?? 'unnamed').slice(0, 80)})`
      : (danger ?? damage(view, clusterBits, headerBytes, sizeBytes, backingOffset) ?? header?.unsafe),
  }
}

function readExtensions(view: DataView, headerBytes: number) {
  const found: { backingFormat?: string; dataFile?: string } = {}
  let offset = headerBytes
  for (let count = 0; count < 64 && offset + 8 <= view.byteLength; count += 1) {
    const type = view.getUint32(offset)
    const length = view.getUint32(offset + 4)
    if (type === endExtension) break
    if (type === backingFormatExtension) found.backingFormat = readText(view, offset + 8, Math.min(length, 64))
    if (type === dataFileExtension) found.dataFile = readText(view, offset + 8, Math.min(length, 1023))
    offset += 8 + Math.ceil(length / 8) * 8
  }
  return found
}

/** What QEMU would refuse or stumble over, found without it. */
function damage(
  view: DataView,
  clusterBits: number,
  headerBytes: number,
  sizeBytes: number,
  backingOffset: number,
): string | undefined {
  if (clusterBits < 9 || clusterBits > 21) return 'its cluster size is impossible'
  const l1Entries = view.getUint32(36)
  if (l1Entries > maxL1Entries) return 'its first table is impossibly large'
  if (readUint64(view, 40) > sizeBytes) return 'its tables lie beyond the end of the file'
  if (readUint64(view, 48) > sizeBytes) return 'its tables lie beyond the end of the file'
  if (view.getUint32(60) > maxSnapshots) return `it counts ${view.getUint32(60)} snapshots`
  if (view.getUint32(60) > 0 && readUint64(view, 64) > sizeBytes)
    return 'its list of snapshots lies beyond the end of the file'
  if (headerBytes > 2 ** clusterBits) return 'its header is larger than a cluster'
  if (backingOffset > 2 ** clusterBits) return 'the name of its backing file lies outside the header'
  return undefined
}
