import { hasText, readText } from '../vm/disk-header.ts'
import type { ImageFacts } from './image-facts.ts'
import { type ReadAt, readUint64, viewOf } from './read-at.ts'

const sectorBytes = 512
/** A description is text of a few lines; QEMU reads 64 KiB at most. */
const maxDescriptionBytes = 65_536
/** As many extents as a 16 TiB disk in pieces of 2 GiB has. */
const maxExtents = 8_192
/** Set in a sparse header whose grain directory stands at the end of the file. */
const gdAtEnd = 0xffffffffffffffffn

/** What a VMDK says: one file with its description inside, or a description that lists the files. */
export async function vmdkFacts(read: ReadAt, view: DataView, sizeBytes: number): Promise<ImageFacts> {
  if (hasText(view, 0, 'COWD'))
    return { format: 'vmdk', subformat: 'vmfsSparse', unsafe: 'it is VMDK of an old version that names other files' }
  if (!hasText(view, 0, 'KDMV')) return descriptionFacts(readText(view, 0, maxDescriptionBytes), undefined)
  const offset = readUint64(view, 28, true) * sectorBytes
  const length = readUint64(view, 36, true) * sectorBytes
  const base: ImageFacts = {
    format: 'vmdk',
    version: String(view.getUint32(4, true)),
    virtualBytes: readUint64(view, 12, true) * sectorBytes,
    clusterBytes: readUint64(view, 20, true) * sectorBytes,
    compression: view.getUint16(77, true) === 1 ? 'deflate' : undefined,
    dirty: view.getUint8(72) !== 0,
  }
  if (offset === 0 || length === 0)
    return { ...base, unsafe: 'it is one piece of a disk; open the small text file that lists the pieces' }
  if (length > maxDescriptionBytes || offset + length > sizeBytes)
    return { ...base, unsafe: 'its description is not where Petri can check it' }
  const gdOffset = view.getBigUint64(56, true)
  if (gdOffset !== gdAtEnd && gdOffset * 512n > BigInt(sizeBytes))
    return { ...base, unsafe: 'its tables lie beyond the end of the file' }
  const [description = ''] = readText(viewOf(await read(offset, length)), 0, length).split('\0')
  const described = descriptionFacts(description, true)
  return { ...base, ...described, virtualBytes: base.virtualBytes, clusterBytes: base.clusterBytes }
}

/**
 * `isInside`: the text stands inside the one file that it describes. A separate text lists the files; they are given
 * as `extents` when each is a bare name, so that all of them lie beside it.
 */
function descriptionFacts(description: string, isInside: true | undefined): ImageFacts {
  const subformat = /^\s*createType\s*=\s*"([^"]*)"/im.exec(description)?.[1]
  const parent = /^\s*parentCID\s*=\s*([0-9a-f]+)/im.exec(description)?.[1]
  const parentName = /^\s*parentFileNameHint\s*=\s*"([^"]*)"/im.exec(description)?.[1]
  const extents = [...description.matchAll(/^\s*(RW|RDONLY|NOACCESS)\s+(\d+)\s+(\w+)(?:\s+"([^"]*)")?/gim)]
  const facts: ImageFacts = { format: 'vmdk', subformat }
  const names = extents.map((match) => match[4] ?? '')
  if ((parent !== undefined && !/^f{8}$/i.test(parent)) || parentName !== undefined)
    return {
      ...facts,
      backing: { name: parentName ?? 'a parent disk', format: 'vmdk' },
      ...(parentName === undefined && { unsafe: 'it is only the difference to another disk' }),
    }
  if (extents.length === 0 || extents.length > maxExtents)
    return { ...facts, unsafe: `its description lists ${extents.length} pieces` }
  const strange = names.find((name) => !isBareName(name))
  if (strange !== undefined) return { ...facts, unsafe: `it names a file outside its folder: ${printable(strange)}` }
  const kind = extents.find((match) => !/^(?:FLAT|SPARSE|ZERO)$/i.test(match[3] ?? ''))?.[3]
  if (kind !== undefined) return { ...facts, unsafe: `it has a piece of the unknown kind ${printable(kind)}` }
  if (isInside) {
    const isOneFile = subformat === 'monolithicSparse' || subformat === 'streamOptimized'
    return isOneFile && extents.length === 1
      ? facts
      : { ...facts, unsafe: `it describes ${extents.length} pieces of type ${printable(subformat ?? 'unknown')}` }
  }
  const isSeveral = /^(?:monolithicFlat|twoGbMaxExtentFlat|twoGbMaxExtentSparse)$/.test(subformat ?? '')
  if (!isSeveral)
    return {
      ...facts,
      unsafe: `it is a description of the type ${printable(subformat ?? 'unknown')}, which Petri does not open`,
    }
  const sectors = extents.reduce((sum, match) => sum + Number(match[2]), 0)
  return { ...facts, extents: [...new Set(names)], virtualBytes: sectors * sectorBytes }
}

/** A name that stays in the folder of the file that names it. */
export function isBareName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\\\0:]/.test(name) && name.length <= 255
}

const printable = (text: string) => text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 80)
