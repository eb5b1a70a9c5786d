import { hasText, readText } from '../vm/disk-header.ts'
import { headerGateBytes, readDiskHeader } from '../vm/header-gate.ts'
import { dmgFacts } from './dmg-facts.ts'
import { findSecondFormat } from './find-second-format.ts'
import { qcow2Facts } from './qcow2-facts.ts'
import { type ReadAt, readUint64, viewOf } from './read-at.ts'
import { vhdFacts } from './vhd-facts.ts'
import { vhdxFacts } from './vhdx-facts.ts'
import { vmdkFacts } from './vmdk-facts.ts'

/** The largest disk that Petri takes, in bytes (16 TiB): what an ext4 file can hold, and a limit for images that lie. */
export const maxVirtualBytes = 2 ** 44

/** What a disk file says about itself, read without any other program and without following a name in it. */
export interface ImageFacts {
  /** QEMU's name, or `iso`, `gzip`, `xz`, `zstd`, `ova`, `ovf`, `luks`; undefined: not to be told. */
  readonly format: string | undefined
  /** `streamOptimized`, `fixed`, … as QEMU writes it. */
  readonly subformat?: string | undefined
  readonly version?: string | undefined
  readonly virtualBytes?: number | undefined
  readonly clusterBytes?: number | undefined
  readonly compression?: string | undefined
  readonly encrypted?: boolean
  /** It was not closed properly. */
  readonly dirty?: boolean
  /** A program found it damaged and wrote that down in it. */
  readonly corrupt?: boolean
  readonly snapshotCount?: number | undefined
  /** The disk below this one, as the header names it. */
  readonly backing?: { readonly name: string; readonly format: string | undefined } | undefined
  /** The other files that hold this disk's data, as its description names them: all in the same folder. */
  readonly extents?: readonly string[] | undefined
  /** Why it must not be opened, as the rest of a sentence about it. */
  readonly unsafe?: string | undefined
}

/** Reads what a file of this size says about itself. Fails closed: what is not understood is `unsafe`. */
export async function readImageFacts(read: ReadAt, sizeBytes: number): Promise<ImageFacts> {
  const head = await read(0, headerGateBytes)
  const tail = await read(Math.max(0, sizeBytes - 512), 512)
  const packed = packedFormat(viewOf(head))
  if (packed !== undefined) return { format: packed }
  try {
    const facts = await factsOf(read, head, tail, sizeBytes)
    if (facts.unsafe !== undefined) return facts
    const { virtualBytes } = facts
    if (virtualBytes !== undefined && virtualBytes > maxVirtualBytes)
      return { ...facts, unsafe: `it declares a disk of ${teraWords(virtualBytes)}, more than the 16 TiB Petri takes` }
    const second = findSecondFormat(viewOf(head), viewOf(tail), facts)
    return second === undefined ? facts : { ...facts, unsafe: `it is ${facts.format} and ${second} at once` }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { format: readDiskHeader(head, sizeBytes, tail).format, unsafe: `its header is cut off or damaged` }
  }
}

async function factsOf(read: ReadAt, head: Uint8Array, tail: Uint8Array, sizeBytes: number): Promise<ImageFacts> {
  const view = viewOf(head)
  const header = readDiskHeader(head, sizeBytes, tail)
  const base: ImageFacts = { format: header.format, ...(header.unsafe !== undefined && { unsafe: header.unsafe }) }
  switch (header.format) {
    case 'qcow2':
      return qcow2Facts(view, sizeBytes)
    case 'vmdk':
      return await vmdkFacts(read, view, sizeBytes)
    case 'vhdx':
      return await vhdxFacts(read)
    case 'vpc':
      return vhdFacts(view, viewOf(tail), sizeBytes)
    case 'vdi':
      return {
        ...base,
        ...(header.refersTo !== undefined && { unsafe: `it is only the difference to another disk` }),
        subformat: view.getUint32(0x4c, true) === 2 ? 'static' : 'dynamic',
        virtualBytes: readUint64(view, 0x170, true),
        clusterBytes: view.getUint32(0x178, true),
      }
    case 'qed': {
      const backing = header.refersTo === undefined ? undefined : qedBacking(view)
      return {
        ...base,
        virtualBytes: readUint64(view, 48, true),
        clusterBytes: view.getUint32(4, true),
        dirty: (readUint64(view, 16, true) & 2) !== 0,
        ...(backing && { backing }),
      }
    }
    case 'parallels':
      return { ...base, ...parallelsSizes(view) }
    case 'qcow':
      return { ...base, ...qcow1Facts(view) }
    case 'luks':
      return { ...base, encrypted: true, unsafe: 'it is encrypted' }
    case 'raw': {
      const dmg = dmgFacts(viewOf(tail))
      if (dmg !== undefined) return dmg
      if (looksLikeOvf(head)) return { format: 'ovf' }
      return { ...base, virtualBytes: sizeBytes }
    }
    default:
      return { ...base, virtualBytes: sizeBytes }
  }
}

/** A wrapper around a disk: unpacked before it is judged. */
function packedFormat(view: DataView): string | undefined {
  if (hasText(view, 0, '\u001f\u008b')) return 'gzip'
  if (hasText(view, 0, '\u00fd7zXZ\0')) return 'xz'
  if (hasText(view, 0, '\u0028\u00b5\u002f\u00fd')) return 'zstd'
  if (hasText(view, 257, 'ustar') && /\.ovf\0/i.test(readText(view, 0, 100))) return 'ova'
  return undefined
}

function looksLikeOvf(head: Uint8Array): boolean {
  const beginning = readText(viewOf(head), 0, 4096)
  return (
    /^(?:\u00ef\u00bb\u00bf)?\s*<(?:\?xml|Envelope|ovf:Envelope)/.test(beginning) &&
    /<(?:\w+:)?Envelope\b/.test(beginning)
  )
}

function qedBacking(view: DataView) {
  const name = readText(view, view.getUint32(56, true), Math.min(view.getUint32(60, true), 1023))
  return { name: name || 'a backing file', format: (readUint64(view, 16, true) & 4) !== 0 ? 'raw' : undefined }
}

/** The sectors are a 32-bit number in the first version of the format and a 64-bit one in the second. */
function parallelsSizes(view: DataView) {
  const isExtended = hasText(view, 0, 'WithouFreSpacExt')
  const sectors = isExtended ? readUint64(view, 36, true) : view.getUint32(36, true)
  return {
    virtualBytes: sectors * 512,
    clusterBytes: view.getUint32(28, true) * 512,
    dirty: view.getUint32(44, true) !== 0x312e3276 && view.getUint32(44, true) !== 0,
  }
}

function qcow1Facts(view: DataView): Partial<ImageFacts> {
  const nameOffset = readUint64(view, 8)
  const encrypted = view.getUint32(36) !== 0
  return {
    version: '1',
    virtualBytes: readUint64(view, 24),
    encrypted,
    ...(encrypted && { unsafe: 'it is encrypted' }),
    ...(nameOffset !== 0 && {
      backing: {
        name: readText(view, nameOffset, Math.min(view.getUint32(16), 1023)) || 'a backing file',
        format: undefined,
      },
    }),
  }
}

function teraWords(sizeBytes: number): string {
  return sizeBytes === Infinity ? 'more than 8 EiB' : `${Math.round(sizeBytes / 2 ** 40).toLocaleString('en')} TiB`
}
