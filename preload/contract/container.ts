import { z } from 'zod'

import { filePathSchema, idSchema, nameSchema } from './vm-spec.ts'

/** Version written into every container file. A file with a higher one is never rewritten. */
export const CONTAINER_SPEC_VERSION = 1

/** Debian's words for the architectures a container can have; `petri` understands the other usual names, too. */
export const containerArchitectures = [
  'amd64',
  'i386',
  'arm64',
  'armhf',
  'armel',
  'riscv64',
  'ppc64el',
  'ppc64',
  'powerpc',
  's390x',
  'mips64el',
  'mipsel',
  'mips',
  'loong64',
  'sparc64',
  'm68k',
  'alpha',
  'hppa',
  'sh4',
] as const
export const containerArchitectureSchema = z.enum(containerArchitectures)
export type ContainerArchitecture = (typeof containerArchitectures)[number]

/** The same in words for people. */
export const architectureLabels: Readonly<Record<ContainerArchitecture, string>> = {
  amd64: 'x86-64',
  i386: 'x86, 32-bit',
  arm64: 'ARM, 64-bit',
  armhf: 'ARM, 32-bit, hard float',
  armel: 'ARM, 32-bit, soft float',
  riscv64: 'RISC-V, 64-bit',
  ppc64el: 'POWER, 64-bit, little-endian',
  ppc64: 'POWER, 64-bit, big-endian',
  powerpc: 'PowerPC, 32-bit',
  s390x: 'IBM Z',
  mips64el: 'MIPS, 64-bit, little-endian',
  mipsel: 'MIPS, 32-bit, little-endian',
  mips: 'MIPS, 32-bit, big-endian',
  loong64: 'LoongArch, 64-bit',
  sparc64: 'SPARC, 64-bit',
  m68k: 'Motorola 68000',
  alpha: 'Alpha',
  hppa: 'PA-RISC',
  sh4: 'SuperH',
}

/**
 * How the kernel is told to run the container's programs. `native`: it does so itself. `own`: registered in the
 * container's own namespace. `system`: a registration that the host has. `explicit`: the emulator stands before each
 * command, and programs that this command starts do not run.
 */
export const binfmtRoutes = ['native', 'own', 'system', 'explicit'] as const
export type BinfmtRoute = (typeof binfmtRoutes)[number]

/** Where a root file system comes from. A base that was unpacked before is used again. */
export const containerSourceSchema = z.discriminatedUnion('kind', [
  /** A base that is there already. */
  z.strictObject({ kind: z.literal('base'), baseId: idSchema }),
  /** A tar file, plain or compressed, or a squashfs image. */
  z.strictObject({ kind: z.literal('file'), path: filePathSchema }),
  z.strictObject({ kind: z.literal('folder'), path: filePathSchema }),
  /** A release of Debian, made by mmdebstrap. */
  z.strictObject({
    kind: z.literal('debian'),
    suite: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
    variant: z.enum(['minbase', 'standard', 'buildd']).default('minbase'),
    packages: z
      .array(z.string().regex(/^[a-z0-9][a-z0-9+.-]*$/))
      .max(200)
      .default([]),
  }),
  /** An image of a registry (`docker://debian:12`) or an archive (`oci-archive:/path`), through skopeo. */
  z.strictObject({
    kind: z.literal('oci'),
    reference: z
      .string()
      .max(1000)
      .regex(/^(docker:\/\/[\w./:@+-]+|(oci-archive|docker-archive|oci):\/[^\0\n]+)$/),
  }),
])
export type ContainerSource = z.output<typeof containerSourceSchema>

export const containerMountSchema = z.strictObject({
  hostPath: filePathSchema,
  containerPath: z
    .string()
    .regex(/^\/[^\0\n]*$/)
    .max(4095)
    .refine((path) => !path.split('/').includes('..'), 'must not hold ..'),
  readOnly: z.boolean().default(false),
})
export type ContainerMount = z.output<typeof containerMountSchema>

export const containerPortSchema = z.strictObject({
  protocol: z.enum(['tcp', 'udp']).default('tcp'),
  hostPort: z.int().min(1).max(65535),
  containerPort: z.int().min(1).max(65535),
})

export const containerLimitsSchema = z.strictObject({
  memoryMiB: z.int().min(16).max(16_777_216).optional(),
  /** Processors' worth of time: 1.5 is one and a half. */
  cpus: z.number().min(0.01).max(1024).optional(),
  pids: z.int().min(4).max(1_000_000).optional(),
})

export const containerSnapshotSchema = z.strictObject({
  id: idSchema,
  name: nameSchema,
  at: z.iso.datetime(),
  /** The layers that it is, oldest first, without the base. */
  layers: z.array(idSchema),
})
export type ContainerSnapshot = z.output<typeof containerSnapshotSchema>

const settings = {
  /** What runs as process 1: Petri's small one, which only collects ended programs, or the image's own init. */
  init: z.enum(['small', 'image']).default('small'),
  binfmt: z.enum(['auto', 'own', 'system', 'explicit']).default('auto'),
  /** QEMU's name of a processor for programs inside. */
  cpuModel: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._+,=-]*$/)
    .max(200)
    .optional(),
  /** `auto`: a network of its own where this host can give it, else the host's. */
  network: z.enum(['auto', 'none', 'host', 'nat']).default('auto'),
  ports: z.array(containerPortSchema).max(64).default([]),
  mounts: z.array(containerMountSchema).max(64).default([]),
  limits: containerLimitsSchema.prefault({}),
} as const

/** One container, as stored in `containers/<id>/container.json`. */
export const containerSpecSchema = z.strictObject({
  version: z.literal(CONTAINER_SPEC_VERSION),
  id: idSchema,
  name: nameSchema,
  createdAt: z.iso.datetime(),
  architecture: containerArchitectureSchema,
  baseId: idSchema,
  /** Layers above the base, oldest first, that no container writes to any more. */
  layers: z.array(idSchema).max(60).default([]),
  snapshots: z.array(containerSnapshotSchema).max(60).default([]),
  ...settings,
})
export type ContainerSpec = z.output<typeof containerSpecSchema>

/** What a person or a program gives to make a container. */
export const containerDraftSchema = z.strictObject({
  name: nameSchema,
  architecture: containerArchitectureSchema,
  source: containerSourceSchema,
  /** The secret folders among the mounts have been seen and are wanted. */
  secretsConfirmed: z.boolean().default(false),
  ...settings,
})
export type ContainerDraft = z.output<typeof containerDraftSchema>
export type ContainerDraftInput = z.input<typeof containerDraftSchema>

/** What can be changed of a stopped container. */
export const containerSettingsSchema = z.strictObject({ ...settings, secretsConfirmed: z.boolean().default(false) })
export type ContainerSettings = z.output<typeof containerSettingsSchema>

/** A root file system that containers share and none changes. */
export const containerBaseSchema = z.strictObject({
  id: idSchema,
  label: z.string().max(300),
  architecture: containerArchitectureSchema,
  createdAt: z.iso.datetime(),
  entries: z.int(),
  sizeBytes: z.number(),
  /** What of the source was left out, in words. */
  leftOut: z.array(z.string()),
  usedBy: z.array(z.string()),
})
export type ContainerBase = z.output<typeof containerBaseSchema>

export const containerStateSchema = z.discriminatedUnion('kind', [
  /** `reason`: why it ended when nobody asked for it. */
  z.strictObject({ kind: z.literal('stopped'), reason: z.string().optional() }),
  z.strictObject({ kind: z.literal('starting') }),
  z.strictObject({
    kind: z.literal('running'),
    /** Process 1 of the container, as the host numbers it. */
    pid: z.int(),
    since: z.iso.datetime(),
    frozen: z.boolean(),
    network: z.enum(['none', 'host', 'nat']),
    route: z.enum(binfmtRoutes),
  }),
  z.strictObject({ kind: z.literal('stopping') }),
])
export type ContainerState = z.output<typeof containerStateSchema>

export const containerEntrySchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  architecture: containerArchitectureSchema,
  /** `armhf · emulated (user-mode)`. */
  badge: z.string(),
  baseLabel: z.string(),
  state: containerStateSchema,
  /** The file cannot be used: why. Such a container can only be deleted. */
  damaged: z.string().optional(),
})
export type ContainerEntry = z.output<typeof containerEntrySchema>
