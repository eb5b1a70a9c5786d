import type { DiskCompression, DiskPreset, TargetFormat } from '#contract/disk'

/** What a destination asks of a disk, and why. */
export interface Preset {
  readonly label: string
  readonly format: TargetFormat
  readonly options: Readonly<Record<string, string>>
  readonly compress: DiskCompression
  /** The disk grows to the next power of two: emulated SD cards accept nothing else. */
  readonly powerOfTwo?: boolean
  readonly why: string
}

export const presets: Readonly<Record<DiskPreset, Preset>> = {
  qemu: {
    label: 'QEMU / KVM',
    format: 'qcow2',
    options: {},
    compress: 'none',
    why: 'qcow2 grows as it is used and keeps snapshots; uncompressed, because a running machine reads it fastest so.',
  },
  virtualbox: {
    label: 'VirtualBox',
    format: 'vdi',
    options: {},
    compress: 'none',
    why: 'VDI is VirtualBox’s own format; dynamic, so that it takes only what is used.',
  },
  vmware: {
    label: 'VMware',
    format: 'vmdk',
    options: { subformat: 'monolithicSparse', adapter_type: 'lsilogic' },
    compress: 'none',
    why: 'One growing file, and lsilogic, because the default adapter (ide) makes VMware refuse or boot badly.',
  },
  'hyperv-gen1': {
    label: 'Hyper-V, generation 1',
    format: 'vpc',
    options: { subformat: 'dynamic', force_size: 'on' },
    compress: 'none',
    why: 'VHD for BIOS machines; force_size keeps the exact size, which the format otherwise rounds.',
  },
  'hyperv-gen2': {
    label: 'Hyper-V, generation 2',
    format: 'vhdx',
    options: { subformat: 'dynamic' },
    compress: 'none',
    why: 'VHDX, the only format of UEFI machines there.',
  },
  cloud: {
    label: 'Cloud',
    format: 'qcow2',
    options: { compat: '1.1' },
    compress: 'zlib',
    why: 'Compressed qcow2 for the upload; zlib, because not every cloud reads zstd.',
  },
  'sd-card': {
    label: 'SD card',
    format: 'raw',
    options: {},
    compress: 'none',
    powerOfTwo: true,
    why: 'Raw bytes as they stand on the card, grown to a power of two as emulated boards want it.',
  },
}
