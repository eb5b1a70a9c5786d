import { hasText, readText, type DiskHeader } from './disk-header.ts'

const sectorBytes = 512

/** The VMDK header; undefined when the file is not VMDK. Throws RangeError when it is cut off. */
export function vmdkHeader(view: DataView): DiskHeader | undefined {
  if (hasText(view, 0, 'COWD'))
    return { format: 'vmdk', unsafe: 'it is VMDK of an old version that names other files', refersTo: undefined }
  if (hasText(view, 0, 'KDMV')) return sparseHeader(view)
  const beginning = readText(view, 0, 4096)
  return /^#?\s*Disk DescriptorFile/i.test(beginning)
    ? { format: 'vmdk', refersTo: extentNames(readText(view, 0, 65_536)).join(', ') || 'the files that its text lists' }
    : undefined
}

/** One file with its description inside: fine when it describes itself and nothing else. */
function sparseHeader(view: DataView): DiskHeader {
  const offset = Number(view.getBigUint64(28, true)) * sectorBytes
  const length = Number(view.getBigUint64(36, true)) * sectorBytes
  if (offset === 0 || length === 0 || offset + length > view.byteLength) {
    return { format: 'vmdk', unsafe: 'its description is not where Petri can check it', refersTo: undefined }
  }
  const [description = ''] = readText(view, offset, length).split('\0')
  const createType = /^\s*createType\s*=\s*"([^"]*)"/im.exec(description)?.[1]
  const parent = /^\s*parentCID\s*=\s*([0-9a-f]+)/im.exec(description)?.[1]
  const names = extentNames(description)
  const [name = ''] = names
  const isItself = names.length === 1 && !name.includes('/') && !name.includes('\\')
  const isOneFile = createType === 'monolithicSparse' || createType === 'streamOptimized'
  if (parent !== undefined && !/^f{8}$/i.test(parent))
    return { format: 'vmdk', refersTo: 'the disk it is a difference to' }
  if (!isOneFile || !isItself)
    return { format: 'vmdk', refersTo: names.join(', ') || `the files of ${createType ?? 'its type'}` }
  return { format: 'vmdk', refersTo: undefined }
}

function extentNames(description: string): readonly string[] {
  return [...description.matchAll(/^\s*(?:RW|RDONLY|NOACCESS)\s+\d+\s+\w+\s+"([^"]*)"/gim)].map(
    (match) => match[1] ?? '',
  )
}
