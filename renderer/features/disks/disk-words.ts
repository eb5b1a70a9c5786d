import type { DiskInfo, DiskPreset, TargetFormat } from '#contract/disk'
import { isReadable } from '#contract/readable-file-systems'

/** Destinations as people call them, with the format that each takes. */
export const presetWords: Readonly<
  Record<DiskPreset, { readonly label: string; readonly text: string; readonly format: TargetFormat }>
> = {
  qemu: { label: 'QEMU / KVM', text: 'qcow2, grows as it is used', format: 'qcow2' },
  virtualbox: { label: 'VirtualBox', text: 'VDI, grows as it is used', format: 'vdi' },
  vmware: { label: 'VMware', text: 'VMDK with an LSI adapter', format: 'vmdk' },
  'hyperv-gen1': { label: 'Hyper-V, generation 1', text: 'VHD, for BIOS machines', format: 'vpc' },
  'hyperv-gen2': { label: 'Hyper-V, generation 2', text: 'VHDX, for UEFI machines', format: 'vhdx' },
  cloud: { label: 'Cloud', text: 'qcow2, compressed for the upload', format: 'qcow2' },
  'sd-card': { label: 'SD card', text: 'Raw, grown to a power of two', format: 'raw' },
}

const presetOrder: readonly DiskPreset[] = [
  'qemu',
  'virtualbox',
  'vmware',
  'hyperv-gen1',
  'hyperv-gen2',
  'cloud',
  'sd-card',
]
export const presetChoices = presetOrder.map((value) => ({ value, label: presetWords[value].label }))

/** Formats that the wizard offers by themselves. */
export const formatWords: readonly { readonly value: TargetFormat; readonly label: string; readonly ending: string }[] =
  [
    { value: 'qcow2', label: 'qcow2', ending: 'qcow2' },
    { value: 'raw', label: 'Raw', ending: 'img' },
    { value: 'vmdk', label: 'VMDK', ending: 'vmdk' },
    { value: 'vdi', label: 'VDI', ending: 'vdi' },
    { value: 'vpc', label: 'VHD', ending: 'vhd' },
    { value: 'vhdx', label: 'VHDX', ending: 'vhdx' },
  ]

export const endingOf = (format: TargetFormat) => formatWords.find(({ value }) => value === format)?.ending ?? 'img'

/** Formats that are unpacked before anything else. */
const packedFormats = new Set(['gzip', 'xz', 'zstd', 'ova'])

/** What may be done with it, from what is known. */
export function possibleWork(info: DiskInfo) {
  const isOpen = info.refusal === undefined
  const isPacked = packedFormats.has(info.format ?? '')
  const isFile = info.kind === 'file'
  return {
    convert: isOpen || info.chain.length > 1 || (info.encrypted && info.format === 'qcow2'),
    check: isOpen && isFile && !isPacked && info.format !== 'raw' && info.format !== 'vpc',
    resize: isOpen && isFile && !isPacked && info.extents.length === 0,
    compact: isOpen && isFile && !isPacked && info.format !== 'raw' && info.extents.length === 0,
    machine: isOpen && info.machine !== undefined && info.extents.length === 0,
    /** It holds a whole machine, not only a disk. */
    appliance: info.format === 'ova' || info.format === 'ovf',
    map: isOpen && !isPacked && isFile,
    flatten: isFile && info.chain.length > 1 && info.chain.every((link) => link.problem === undefined),
  }
}

/** `/a/b/disk.vmdk` with another ending, and never the same file. */
export function suggestTarget(source: string, ending: string): string {
  const base = source.replace(/\.(img|raw|qcow2?|vmdk|vdi|vhdx?|vpc|qed|hdd|dmg|iso|ova|gz|xz|zst)$/i, '')
  const target = `${base}.${ending}`
  return target === source ? `${base}-copy.${ending}` : target
}

export const folderOf = (path: string) => path.split('/').slice(0, -1).join('/') || '/'

export const nameOf = (path: string) => path.split('/').at(-1) || path

/** The format in words, with what is special about it. */
export function formatLine(info: DiskInfo): string {
  return [info.format ?? 'unknown', info.subformat, info.version && info.format !== 'vhdx' ? info.version : undefined]
    .filter((part) => part !== undefined && part !== '')
    .join(', ')
}

/** What stands in a field for GiB as bytes in whole sectors; undefined while it is being typed or is no size. */
export function gibBytes(value: number | string): number | undefined {
  const gib = value === '' ? Number.NaN : Number(value)
  const sizeBytes = Math.round((gib * 1024 ** 3) / 512) * 512
  return sizeBytes > 0 ? sizeBytes : undefined
}

/** File systems on a disk that only a machine of its own can read, each once. */
export function closedFileSystems(info: DiskInfo): readonly string[] {
  const all = [info.fileSystem, ...info.partitionTable.partitions.map(({ fileSystem }) => fileSystem)]
  return [...new Set(all.flatMap((each) => (each === undefined || isReadable(each.type) ? [] : [each.type])))]
}

/** The file systems on a disk whose files can be listed; `value` is the partition's number, 0 for the whole disk. */
export function fileSystemsOf(info: DiskInfo): readonly { readonly value: string; readonly label: string }[] {
  const whole = info.fileSystem === undefined ? [] : [{ number: 0, fileSystem: info.fileSystem }]
  return [...whole, ...info.partitionTable.partitions].flatMap(({ number, fileSystem }) =>
    fileSystem !== undefined && isReadable(fileSystem.type)
      ? [
          {
            value: String(number),
            label: [number === 0 ? 'Whole disk' : `Partition ${number}`, fileSystem.type, fileSystem.label]
              .filter((part) => part !== undefined)
              .join(', '),
          },
        ]
      : [],
  )
}
