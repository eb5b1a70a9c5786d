import { hasText, type DiskHeader } from './disk-header.ts'

/** Formats whose header is one small record. Undefined when it is none of them. Throws RangeError when it is cut off. */
export function plainHeader(first: DataView, footer: DataView | undefined): DiskHeader | undefined {
  if (hasText(first, 0, 'QED\0')) return qedHeader(first)
  if (hasText(first, 0, 'WithoutFreeSpace') || hasText(first, 0, 'WithouFreSpacExt'))
    return { format: 'parallels', refersTo: undefined }
  // QEMU refuses differencing VHDX itself; whether it is one stands beyond the part that is read here.
  if (hasText(first, 0, 'vhdxfile')) return { format: 'vhdx', refersTo: undefined }
  if (hasText(first, 0, 'LUKS\u00ba\u00be')) return { format: 'luks', unsafe: 'it is encrypted', refersTo: undefined }
  if (hasText(first, 0x40, '\u007f\u0010\u00da\u00be')) return vdiHeader(first)
  if (hasText(first, 0, 'conectix')) return vpcHeader(first)
  return footer && hasText(footer, 0, 'conectix') ? vpcHeader(footer) : undefined
}

/** Feature bits: 1 backing file, 2 needs a check, 4 backing file is raw. */
function qedHeader(view: DataView): DiskHeader {
  const features = view.getBigUint64(16, true)
  if (features & ~7n) return { format: 'qed', unsafe: 'it uses features that Petri does not know', refersTo: undefined }
  return { format: 'qed', refersTo: features & 1n ? 'a backing file' : undefined }
}

/** Image types: 1 dynamic, 2 fixed, 3 undo, 4 difference. The last 16 of the four ids name the parent. */
function vdiHeader(view: DataView): DiskHeader {
  const type = view.getUint32(0x4c, true)
  const hasParent = view.getBigUint64(0x1b8) !== 0n || view.getBigUint64(0x1c0) !== 0n
  if (type === 4 || type === 3 || hasParent) return { format: 'vdi', refersTo: 'the disk it is a difference to' }
  return {
    format: 'vdi',
    unsafe: type === 1 || type === 2 ? undefined : `it is VDI of the unknown type ${type}`,
    refersTo: undefined,
  }
}

/** Disk types: 2 fixed, 3 dynamic, 4 difference. */
function vpcHeader(view: DataView): DiskHeader {
  const type = view.getUint32(60)
  if (type === 4) return { format: 'vpc', refersTo: 'the disk it is a difference to' }
  return {
    format: 'vpc',
    unsafe: type === 2 || type === 3 ? undefined : `it is VHD of the unknown type ${type}`,
    refersTo: undefined,
  }
}
