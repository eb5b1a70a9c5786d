import { z } from 'zod'

/** Version written into every machine file. A file with a higher one is shown read-only, never rewritten. */
export const VM_SPEC_VERSION = 1

/** QEMU's names of the system emulators Petri drives. */
export const vmArchitectures = ['x86_64', 'i386', 'aarch64', 'arm', 'riscv64', 'ppc64', 's390x'] as const
export type VmArchitecture = (typeof vmArchitectures)[number]

export const diskFormats = ['raw', 'qcow2', 'vmdk', 'vdi', 'vpc', 'vhdx', 'qed', 'parallels'] as const
export type DiskFormat = (typeof diskFormats)[number]

export const diskBuses = ['virtio', 'virtio-scsi', 'nvme', 'sata', 'ide'] as const
export type DiskBus = (typeof diskBuses)[number]

export const cdromBuses = ['sata', 'ide', 'virtio-scsi'] as const

export const networkModels = [
  'virtio',
  'e1000',
  'e1000e',
  'rtl8139',
  'pcnet',
  'ne2k_pci',
  'vmxnet3',
  'usb-net',
] as const

export const videoDevices = ['virtio-vga', 'virtio-gpu', 'std', 'qxl', 'cirrus', 'vmware', 'ramfb', 'bochs'] as const

/** Ids are made by Petri and safe as file names; names are text for people and never reach a path. */
export const idSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/)

/** A name for people: 1 to 120 characters (UTF-16 units), no control or direction-changing characters. */
export const nameSchema = z
  .string()
  .min(1)
  .max(120)
  // oxlint-disable-next-line no-control-regex -- control characters are what it refuses
  .regex(/^[^\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+$/u)
  .refine((name) => name.trim() === name, 'must not begin or end with a space')

/**
 * A file the machine uses: absolute, or relative to the machine's folder without `..`.
 * No NUL; at most 4,095 bytes is checked where the file is opened.
 */
export const filePathSchema = z
  .string()
  .min(1)
  .max(4095)
  .refine((path) => !path.includes('\0'), 'must not hold a NUL byte')
  .refine((path) => path.startsWith('/') || !path.split('/').includes('..'), 'must not leave the machine folder')

/** A word by which machines are found; shown as it is. */
export const tagSchema = z.string().min(1).max(40)

const word = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._+-]*$/)

/**
 * A frozen disk that linked clones share, as `<machine id>/<file>` below the folder of all machines. By this form it can
 * name nothing else on the host, and it stays true when the whole data folder is moved.
 */
export const frozenDiskSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}\/base-[a-z0-9-]{1,80}\.qcow2$/)

/** Frozen disks below one disk; more would make every read slow. */
export const MAX_FROZEN_DISKS = 16

export const diskSchema = z.strictObject({
  id: idSchema,
  path: filePathSchema,
  /** Stored when the disk is made or imported; QEMU never probes it. */
  format: z.enum(diskFormats),
  bus: z.enum(diskBuses),
  cache: z.enum(['none', 'writeback', 'writethrough', 'directsync', 'unsafe']).default('writeback'),
  discard: z.enum(['ignore', 'unmap']).default('unmap'),
  readOnly: z.boolean().default(false),
  /** Of a linked clone: the frozen disks below this file, the nearest first. Written by Petri alone. */
  backing: z.array(frozenDiskSchema).min(1).max(MAX_FROZEN_DISKS).optional(),
})
export type Disk = z.infer<typeof diskSchema>

export const cdromSchema = z.strictObject({
  id: idSchema,
  /** null: the drive is empty. */
  path: filePathSchema.nullable(),
  bus: z.enum(cdromBuses),
})

export type Cdrom = z.infer<typeof cdromSchema>

export const portForwardSchema = z.strictObject({
  protocol: z.enum(['tcp', 'udp']),
  hostAddress: z.ipv4().default('127.0.0.1'),
  hostPort: z.int().min(1).max(65535),
  guestPort: z.int().min(1).max(65535),
})
export type PortForward = z.infer<typeof portForwardSchema>

export const networkBackendSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('user'),
    /** true: the guest reaches neither this host nor the outside; forwards still work. */
    restrict: z.boolean().default(false),
    forwards: z.array(portForwardSchema).max(64).default([]),
  }),
  /** A card with no cable. */
  z.strictObject({ kind: z.literal('none') }),
])

export const networkSchema = z.strictObject({
  id: idSchema,
  model: z.enum(networkModels),
  mac: z
    .string()
    .regex(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/)
    .optional(),
  backend: networkBackendSchema,
})
export type Network = z.infer<typeof networkSchema>

/** A folder of the host that the guest can mount. */
export const sharedFolderSchema = z.strictObject({
  /** The name by which the guest mounts it. */
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,30}$/),
  path: filePathSchema.refine((path) => path.startsWith('/'), 'must begin with /'),
  /** true: the guest can read and not change it. */
  readOnly: z.boolean().default(true),
  /** `9p` needs nothing beside QEMU; `virtiofs` is faster, and a machine with it is never suspended. */
  driver: z.enum(['9p', 'virtiofs']).default('9p'),
})
export type SharedFolder = z.infer<typeof sharedFolderSchema>

export const firmwareSchema = z.discriminatedUnion('kind', [
  /** What the machine type brings itself: SeaBIOS on x86, SLOF on ppc64, none on a direct kernel boot. */
  z.strictObject({ kind: z.literal('bios') }),
  z.strictObject({ kind: z.literal('uefi'), secureBoot: z.boolean().default(false) }),
])

export const displaySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  /** A VNC server on a Unix socket that only Petri opens. */
  z.strictObject({ kind: z.literal('vnc'), device: z.enum(videoDevices) }),
])

/**
 * One machine, as stored in `machines/<id>/machine.json`. Strict: an unknown field is reported, never dropped.
 * What is optional has a default that `planVm` fills in for the architecture; memory is in MiB.
 */
export const vmSpecSchema = z.strictObject({
  version: z.literal(VM_SPEC_VERSION),
  id: idSchema,
  /** The machine's identity towards the guest and on adoption (QMP `query-uuid`). */
  uuid: z.uuid(),
  name: nameSchema,
  notes: z.string().max(20_000).default(''),
  tags: z.array(tagSchema).max(32).default([]),
  createdAt: z.iso.datetime(),
  /** A pattern for other machines: it cannot start, and is cloned instead. */
  template: z.boolean().default(false),
  architecture: z.enum(vmArchitectures),
  /** QEMU machine type (`q35`, `pc`, `microvm`, `virt`, `pseries`, `s390-ccw-virtio`, or a versioned one). */
  machineType: word.optional(),
  cpu: z
    .strictObject({
      /** QEMU CPU model, or `host` / `max`; chosen from the accelerator when absent. */
      model: word.optional(),
      sockets: z.int().min(1).max(64).default(1),
      cores: z.int().min(1).max(256).default(1),
      threads: z.int().min(1).max(8).default(1),
    })
    .prefault({}),
  memoryMiB: z.int().min(16).max(16_777_216),
  /** What the balloon leaves to the guest, in MiB, when that is less than all; changeable while the machine runs. */
  memoryTargetMiB: z.int().min(16).max(16_777_216).optional(),
  accelerator: z.enum(['auto', 'kvm', 'tcg']).default('auto'),
  nestedVirtualization: z.boolean().default(false),
  firmware: firmwareSchema.prefault({ kind: 'bios' }),
  tpm: z.boolean().default(false),
  disks: z.array(diskSchema).max(24).default([]),
  cdroms: z.array(cdromSchema).max(4).default([]),
  kernel: z
    .strictObject({
      kernelPath: filePathSchema,
      initrdPath: filePathSchema.optional(),
      commandLine: z.string().max(4096).default(''),
    })
    .optional(),
  networks: z.array(networkSchema).max(8).default([]),
  sharedFolders: z.array(sharedFolderSchema).max(8).default([]),
  /** Number of serial ports with a console each; the first is the one Petri shows. */
  serialPorts: z.int().min(0).max(4).default(1),
  display: displaySchema.prefault({ kind: 'none' }),
  balloon: z.boolean().default(true),
  rng: z.boolean().default(true),
  usbTablet: z.boolean().default(false),
  boot: z
    .strictObject({
      order: z
        .array(z.enum(['disk', 'cdrom', 'network']))
        .max(3)
        .default(['disk', 'cdrom', 'network']),
      menu: z.boolean().default(false),
    })
    .prefault({}),
  rtc: z.enum(['utc', 'localtime']).default('utc'),
  /** Started when Petri opens as a window or as `petri serve`; a single command starts nothing by itself. */
  autostart: z.boolean().default(false),
})
/** A whole machine, every default filled in. */
export type VmSpec = z.output<typeof vmSpecSchema>

/** What a person or a program gives to make a machine: the spec without what Petri chooses itself. */
export const vmDraftSchema = vmSpecSchema.omit({ version: true, id: true, uuid: true, createdAt: true })
export type VmDraft = z.output<typeof vmDraftSchema>
export type VmDraftInput = z.input<typeof vmDraftSchema>
