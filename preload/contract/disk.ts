import { z } from 'zod'

/** Formats that Petri writes, in QEMU's words: `vpc` is VHD. */
export const targetFormats = ['raw', 'qcow2', 'vmdk', 'vdi', 'vpc', 'vhdx', 'qed', 'parallels'] as const
export const targetFormatSchema = z.enum(targetFormats)
export type TargetFormat = z.infer<typeof targetFormatSchema>

/** A file on the owner's computer, absolute. */
export const absolutePathSchema = z
  .string()
  .max(4095)
  .refine((path) => path.startsWith('/') && !path.includes('\0'), 'must be an absolute path')

export const compressionSchema = z.enum(['none', 'zlib', 'zstd'])
export type DiskCompression = z.infer<typeof compressionSchema>

/** Where a disk is to be used; what follows from it is in `domain/disk/presets.ts`. */
export const diskPresets = ['qemu', 'virtualbox', 'vmware', 'hyperv-gen1', 'hyperv-gen2', 'cloud', 'sd-card'] as const
export const diskPresetSchema = z.enum(diskPresets)
export type DiskPreset = z.infer<typeof diskPresetSchema>

/** One file of a backing chain, the topmost first. */
export const chainLinkSchema = z.strictObject({
  /** Absolute where it is a file that may be looked at, otherwise as the header names it. */
  path: z.string(),
  format: z.string().optional(),
  virtualBytes: z.number().optional(),
  fileBytes: z.number().optional(),
  /** Why the chain cannot be followed here, as a sentence. */
  problem: z.string().optional(),
})
export type ChainLink = z.infer<typeof chainLinkSchema>

export const fileSystemSchema = z.strictObject({ type: z.string(), label: z.string().optional() })

export const diskPartitionSchema = z.strictObject({
  number: z.int(),
  startBytes: z.number(),
  sizeBytes: z.number(),
  type: z.string(),
  name: z.string().optional(),
  bootable: z.boolean(),
  fileSystem: fileSystemSchema.optional(),
})
export type DiskPartition = z.infer<typeof diskPartitionSchema>

/** What a machine of this disk would be, and what in the disk says so. */
export const machineAdviceSchema = z.strictObject({
  firmware: z.enum(['bios', 'uefi']),
  bus: z.enum(['virtio', 'sata', 'ide']),
  network: z.enum(['virtio', 'e1000e', 'e1000']),
  reasons: z.array(z.string()),
})
export type MachineAdvice = z.infer<typeof machineAdviceSchema>

/** What is known of a disk file without trusting it. Sizes in bytes. */
export const diskInfoSchema = z.strictObject({
  path: z.string(),
  kind: z.enum(['file', 'block-device']),
  /** QEMU's name of the format, or `iso`, `gzip`, `xz`, `zstd`, `ova`, `ovf`; absent: not to be told. */
  format: z.string().optional(),
  subformat: z.string().optional(),
  version: z.string().optional(),
  virtualBytes: z.number().optional(),
  fileBytes: z.number(),
  /** What it takes on the host's disk. */
  allocatedBytes: z.number(),
  clusterBytes: z.number().optional(),
  compression: z.string().optional(),
  encrypted: z.boolean(),
  dirty: z.boolean(),
  corrupt: z.boolean(),
  /** The file itself first, then what lies below it. */
  chain: z.array(chainLinkSchema),
  /** Files beside it that hold its data (VMDK in pieces). */
  extents: z.array(z.string()),
  snapshots: z.array(
    z.strictObject({ id: z.string(), name: z.string(), date: z.iso.datetime().optional(), vmStateBytes: z.number() }),
  ),
  partitionTable: z.strictObject({
    kind: z.enum(['none', 'mbr', 'gpt', 'unread']),
    partitions: z.array(diskPartitionSchema),
    problems: z.array(z.string()),
  }),
  /** Of the whole disk, when it has no partitions. */
  fileSystem: fileSystemSchema.optional(),
  users: z.array(
    z.strictObject({ pid: z.int(), command: z.string(), writing: z.boolean(), machine: z.string().optional() }),
  ),
  /** The machines of the library that have it. */
  machines: z.array(z.strictObject({ id: z.string(), name: z.string() })),
  /** Why Petri does not open it, as a sentence. */
  refusal: z.string().optional(),
  /** What Petri would do with it, as sentences. */
  advice: z.array(z.string()),
  machine: machineAdviceSchema.optional(),
  /** Of a block device: what it is. */
  device: z
    .strictObject({ model: z.string(), mounted: z.array(z.strictObject({ device: z.string(), at: z.string() })) })
    .optional(),
})
export type DiskInfo = z.infer<typeof diskInfoSchema>

/** How a disk is to be converted. */
export const convertWishSchema = z.strictObject({
  source: absolutePathSchema,
  target: absolutePathSchema,
  format: targetFormatSchema.optional(),
  preset: diskPresetSchema.optional(),
  /** Options of the format, in QEMU's words; they win over the preset's. */
  options: z.record(z.string().max(40), z.string().max(80)).default({}),
  compress: compressionSchema.optional(),
  /** Compares source and target when it is done, and records digests of both. */
  verify: z.boolean().default(true),
  /** The files below the source that may be read; without them a disk with a backing file is refused. */
  backing: z.array(absolutePathSchema).max(64).default([]),
  /** Says that a file is raw whatever its content looks like. */
  sourceFormat: z.literal('raw').optional(),
  /** A file that holds the passphrase of an encrypted qcow2; the new disk is not encrypted. */
  secretFile: absolutePathSchema.optional(),
  /** Which disk of an OVA: its file's name. */
  member: z.string().max(255).optional(),
  /** A whole disk of this host may be read. */
  confirmDevice: z.boolean().default(false),
})
export type ConvertWish = z.output<typeof convertWishSchema>

/** What a conversion would do. */
export const convertPlanSchema = z.strictObject({
  sourceFormat: z.string(),
  format: targetFormatSchema,
  virtualBytes: z.number(),
  /** At most this much is written. */
  requiredBytes: z.number().optional(),
  freeBytes: z.number(),
  argv: z.array(z.string()),
  shell: z.string(),
  explained: z.array(z.strictObject({ args: z.array(z.string()), text: z.string() })),
})
export type ConvertPlan = z.infer<typeof convertPlanSchema>

/** What a picture of the allocation shows: cells of equal size from the beginning to the end of the disk. */
export const diskMapSchema = z.strictObject({
  virtualBytes: z.number(),
  cellBytes: z.number(),
  dataBytes: z.number(),
  zeroBytes: z.number(),
  extents: z.number(),
  cells: z.array(z.strictObject({ data: z.number(), below: z.number() })),
})
export type DiskMap = z.infer<typeof diskMapSchema>
