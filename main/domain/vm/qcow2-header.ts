import { hasText, readText, type DiskHeader } from './disk-header.ts'

/** Incompatible features of version 3, by bit (docs/interop/qcow2.txt). The others are unknown to Petri. */
const dirtyBit = 0n
const corruptBit = 1n
const dataFileBit = 2n
const compressionTypeBit = 3n
const extendedL2Bit = 4n

/** What is said of a disk that nobody reads without its passphrase, and of which nothing else is to be said. */
export const encryptedWords = 'it is encrypted'

/** The qcow2 header; undefined when the file is not qcow2. Throws RangeError when it is cut off. */
export function qcow2Header(view: DataView): DiskHeader | undefined {
  if (!hasText(view, 0, 'QFI\u00fb')) return undefined
  const version = view.getUint32(4)
  if (version === 1) return { format: 'qcow', refersTo: undefined }
  if (version !== 2 && version !== 3)
    return { format: 'qcow2', unsafe: `it is qcow2 of the unknown version ${version}`, refersTo: undefined }
  const features = version === 3 ? view.getBigUint64(72) : 0n
  return { format: 'qcow2', refersTo: otherFile(view, features), unsafe: dangers(view, features) }
}

function otherFile(view: DataView, features: bigint): string | undefined {
  if (hasBit(features, dataFileBit)) return 'an external data file'
  const nameOffset = view.getBigUint64(8)
  if (nameOffset === 0n) return undefined
  const nameLength = Math.min(view.getUint32(16), 1023)
  return readText(view, Number(nameOffset), nameLength) || 'a backing file'
}

function dangers(view: DataView, features: bigint): string | undefined {
  const known = [dirtyBit, corruptBit, dataFileBit, compressionTypeBit, extendedL2Bit]
  if (features & ~known.reduce((mask, bit) => mask | (1n << bit), 0n))
    return 'it uses features that Petri does not know'
  if (hasBit(features, corruptBit)) return 'it is marked as corrupt (qemu-img check -r all may repair it)'
  return view.getUint32(32) === 0 ? undefined : encryptedWords
}

function hasBit(features: bigint, bit: bigint): boolean {
  return (features & (1n << bit)) !== 0n
}
