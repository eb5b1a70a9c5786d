import type { VmArchitecture, VmSpec } from '#contract/vm-spec'

type VideoDevice = Extract<VmSpec['display'], { kind: 'vnc' }>['device']
type DiskBus = VmSpec['disks'][number]['bus']
type NetworkModel = VmSpec['networks'][number]['model']

/** The kinds of board Petri knows. Versioned machine types (`pc-q35-7.2`) belong to one of them. */
export type MachineFamily = 'q35' | 'pc' | 'microvm' | 'virt' | 'pseries' | 's390-ccw-virtio'

/** How a serial port reaches the guest; the first port may be built into the board. */
export type SerialDevice = 'isa-serial' | 'on-board' | 'pci-serial' | 'spapr-vty' | 'sclpconsole' | 'virtconsole'

/**
 * What a kind of board offers on one architecture. Pure data, from `qemu-system-* -machine help`, `-device help` and
 * QEMU's documentation; the combinations were started with QEMU 7.2.
 */
export interface MachineProfile {
  readonly family: MachineFamily
  /** Ending of virtio device names: `virtio-blk-pci`, `virtio-blk-ccw`, `virtio-blk-device`. */
  readonly virtio: 'pci' | 'ccw' | 'device'
  readonly diskBuses: readonly DiskBus[]
  readonly networkModels: readonly NetworkModel[]
  readonly video: Readonly<Partial<Record<VideoDevice, string>>>
  /** The device of each serial port, in order; its length is the largest number of ports. */
  readonly serial: readonly SerialDevice[]
  readonly usb: boolean
  /** PS/2 or a keyboard device that has to be added when the machine has a screen. */
  readonly keyboard: 'on-board' | 'usb-kbd' | 'virtio-keyboard-ccw' | 'virtio-keyboard-device'
  readonly tpm: 'tpm-crb' | 'tpm-tis-device' | 'tpm-spapr' | undefined
  /** SATA ports that need no extra controller. */
  readonly onBoardSataPorts: number
  /** Root ports for hot-plug: only where the root bus itself refuses it. */
  readonly spareRootPorts: number
  /** Devices the root bus or the virtio transport takes besides what is on board. */
  readonly deviceSlots: number
  readonly maxCpus: number
  readonly maxThreads: number
  readonly minMemoryMiB: number
  readonly maxMemoryMiB: number
  /** What brings up a guest without UEFI and without a kernel of its own. */
  readonly builtInFirmware: 'SeaBIOS' | 'SLOF' | 'the s390 boot loader' | undefined
  /** Start of the names that firmware descriptors use for this board; undefined: no UEFI. */
  readonly uefiName: string | undefined
}

const everyPciNetwork = ['virtio', 'e1000', 'e1000e', 'rtl8139', 'pcnet', 'ne2k_pci', 'vmxnet3', 'usb-net'] as const
const noLimitMiB = 16_777_216

const pcVideo = {
  'virtio-vga': 'virtio-vga',
  'virtio-gpu': 'virtio-gpu-pci',
  std: 'VGA',
  qxl: 'qxl-vga',
  cirrus: 'cirrus-vga',
  vmware: 'vmware-svga',
  ramfb: 'ramfb',
  bochs: 'bochs-display',
} as const

const q35: MachineProfile = {
  family: 'q35',
  virtio: 'pci',
  diskBuses: ['virtio', 'virtio-scsi', 'nvme', 'sata'],
  networkModels: everyPciNetwork,
  video: pcVideo,
  serial: ['isa-serial', 'isa-serial', 'isa-serial', 'isa-serial'],
  usb: true,
  keyboard: 'on-board',
  tpm: 'tpm-crb',
  onBoardSataPorts: 6,
  spareRootPorts: 4,
  deviceSlots: 28,
  maxCpus: 255, // 288 would need an emulated IOMMU for interrupt remapping
  maxThreads: 8,
  minMemoryMiB: 16,
  maxMemoryMiB: noLimitMiB,
  builtInFirmware: 'SeaBIOS',
  uefiName: 'pc-q35',
}

const pc: MachineProfile = {
  ...q35,
  family: 'pc',
  diskBuses: ['virtio', 'virtio-scsi', 'nvme', 'sata', 'ide'],
  onBoardSataPorts: 0,
  spareRootPorts: 0, // PIIX hot-plugs on its root bus
  uefiName: 'pc-i440fx',
}

const microvm: MachineProfile = {
  ...q35,
  family: 'microvm',
  virtio: 'device',
  diskBuses: ['virtio', 'virtio-scsi'],
  networkModels: ['virtio'],
  video: { 'virtio-gpu': 'virtio-gpu-device' },
  serial: ['on-board'],
  usb: false,
  keyboard: 'virtio-keyboard-device',
  tpm: undefined,
  onBoardSataPorts: 0,
  spareRootPorts: 0,
  deviceSlots: 8,
  builtInFirmware: undefined, // distributions ship qboot for it, which loads kernels only
  uefiName: undefined,
}

const armVirt: MachineProfile = {
  family: 'virt',
  virtio: 'pci',
  diskBuses: ['virtio', 'virtio-scsi', 'nvme', 'sata'],
  networkModels: everyPciNetwork,
  video: { 'virtio-gpu': 'virtio-gpu-pci', ramfb: 'ramfb', bochs: 'bochs-display' },
  serial: ['on-board', 'pci-serial', 'pci-serial', 'pci-serial'],
  usb: true,
  keyboard: 'usb-kbd',
  tpm: 'tpm-tis-device',
  onBoardSataPorts: 0,
  spareRootPorts: 4,
  deviceSlots: 28,
  maxCpus: 512,
  maxThreads: 8,
  minMemoryMiB: 64,
  maxMemoryMiB: noLimitMiB,
  builtInFirmware: undefined,
  uefiName: 'virt',
}

/** 8 CPUs is what GICv2 takes; 3,072 MiB is what lies below 4 GiB, where a kernel without LPAE can reach. */
const arm32Virt: MachineProfile = { ...armVirt, maxCpus: 8, maxMemoryMiB: 3072 }

const riscvVirt: MachineProfile = {
  ...armVirt,
  video: { 'virtio-gpu': 'virtio-gpu-pci', bochs: 'bochs-display' },
  tpm: undefined,
}

const pseries: MachineProfile = {
  family: 'pseries',
  virtio: 'pci',
  diskBuses: ['virtio', 'virtio-scsi', 'nvme'],
  networkModels: ['virtio', 'e1000', 'e1000e', 'rtl8139', 'pcnet', 'ne2k_pci', 'usb-net'],
  video: { std: 'VGA', 'virtio-gpu': 'virtio-gpu-pci', bochs: 'bochs-display' },
  serial: ['spapr-vty', 'spapr-vty', 'spapr-vty', 'spapr-vty'],
  usb: true,
  keyboard: 'usb-kbd',
  tpm: 'tpm-spapr',
  onBoardSataPorts: 0,
  spareRootPorts: 0,
  deviceSlots: 30,
  maxCpus: 1024,
  maxThreads: 8,
  minMemoryMiB: 256,
  maxMemoryMiB: noLimitMiB,
  builtInFirmware: 'SLOF',
  uefiName: undefined,
}

const s390Ccw: MachineProfile = {
  family: 's390-ccw-virtio',
  virtio: 'ccw',
  diskBuses: ['virtio', 'virtio-scsi'],
  networkModels: ['virtio'],
  video: { 'virtio-gpu': 'virtio-gpu-ccw' },
  serial: ['sclpconsole', 'virtconsole', 'virtconsole', 'virtconsole'],
  usb: false,
  keyboard: 'virtio-keyboard-ccw',
  tpm: undefined,
  onBoardSataPorts: 0,
  spareRootPorts: 0,
  deviceSlots: 255,
  maxCpus: 248,
  maxThreads: 1,
  minMemoryMiB: 32,
  maxMemoryMiB: noLimitMiB,
  builtInFirmware: 'the s390 boot loader',
  uefiName: undefined,
}

const profiles: Readonly<Record<VmArchitecture, readonly MachineProfile[]>> = {
  x86_64: [q35, pc, microvm],
  i386: [q35, pc, microvm],
  aarch64: [armVirt],
  arm: [arm32Virt],
  riscv64: [riscvVirt],
  ppc64: [pseries],
  s390x: [s390Ccw],
}

/** Stems of versioned machine types, as in `pc-q35-7.2`. */
const versionedStems: Readonly<Record<MachineFamily, string | undefined>> = {
  q35: 'pc-q35',
  pc: 'pc-i440fx',
  microvm: undefined,
  virt: 'virt',
  pseries: 'pseries',
  's390-ccw-virtio': 's390-ccw-virtio',
}

/** The machine type Petri chooses when the spec names none. */
export function defaultMachineType(architecture: VmArchitecture): MachineFamily {
  return knownMachineTypes(architecture)[0] ?? 'virt'
}

/** Machine types of an architecture that Petri can drive, the default first. */
export function knownMachineTypes(architecture: VmArchitecture): readonly MachineFamily[] {
  return profiles[architecture].map((profile) => profile.family)
}

/** The board behind a machine type; undefined when Petri does not know it on this architecture. */
export function machineProfile(architecture: VmArchitecture, machineType: string): MachineProfile | undefined {
  const stem = machineType.replace(/-\d+\.\d+$/, '')
  return profiles[architecture].find(
    (profile) => profile.family === machineType || (stem !== machineType && versionedStems[profile.family] === stem),
  )
}

/** The QEMU version a versioned machine type stands for (`pc-q35-7.2` is `[7, 2]`); undefined for `q35`. */
export function machineTypeVersion(machineType: string): readonly [number, number] | undefined {
  const match = /-(\d+)\.(\d+)$/.exec(machineType)
  return match ? [Number(match[1]), Number(match[2])] : undefined
}
