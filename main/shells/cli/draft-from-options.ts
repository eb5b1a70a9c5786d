import { isAbsolute, resolve } from 'node:path'

import { type DiskFormat, type PortForward, type VmArchitecture, type VmDraftInput } from '#contract/vm-spec'

import { type CdromValue, type DiskValue, type NicValue } from './option-values.ts'

/** What `petri create` was given, as commander hands it over. */
export interface CreateOptions {
  readonly arch?: VmArchitecture
  readonly machine?: string
  readonly memory?: number
  readonly cpus?: number
  readonly cpu?: string
  readonly accel?: VmDraftInput['accelerator']
  readonly firmware?: 'bios' | 'uefi'
  readonly secureBoot?: boolean
  readonly tpm?: boolean
  readonly disk?: readonly DiskValue[]
  readonly diskSize?: number
  readonly format?: DiskFormat
  readonly cdrom?: readonly CdromValue[]
  readonly iso?: readonly CdromValue[]
  readonly kernel?: string
  readonly initrd?: string
  readonly append?: string
  readonly nic?: readonly NicValue[]
  readonly forward?: readonly PortForward[]
  readonly display?: string
  readonly serialPorts?: number
  readonly tag?: readonly string[]
  readonly notes?: string
  readonly preset?: 'emulated' | 'paravirtual'
}

interface Surroundings {
  readonly name: string | undefined
  readonly hostArchitecture: VmArchitecture
  /** Relative paths start here. */
  readonly workingFolder: string
  /** A draft to start from; what the options say goes over it. */
  readonly base: Readonly<Record<string, unknown>>
}

/** Memory of a machine when nothing is said, in MiB: enough for a current installer in text mode. */
const DEFAULT_MEMORY_MIB = 1024

type DraftPart = Readonly<Record<string, unknown>>

/** The draft, still to be checked against the contract, and the disks to be made with it, in bytes by disk id. */
export function draftFromOptions(
  options: CreateOptions,
  { name, hostArchitecture, workingFolder, base }: Surroundings,
): { draft: DraftPart; newDisks: Readonly<Record<string, number>> } {
  const architecture = options.arch ?? hostArchitecture
  const isNew = Object.keys(base).length === 0
  const absolute = (path: string): string => (isAbsolute(path) ? path : resolve(workingFolder, path))
  const draft = {
    ...(isNew ? newDefaults(options, architecture) : {}),
    ...base,
    ...(name === undefined ? {} : { name }),
    ...plainParts(options),
    ...cpuPart(options),
    ...firmwarePart(options),
    ...diskPart(options, absolute),
    ...cdromPart(options, architecture, absolute),
    ...kernelPart(options, absolute),
    ...networkPart(options, isNew),
    ...displayPart(options, architecture, isNew),
  }
  return { draft, newDisks: options.diskSize === undefined ? {} : { [newDiskId(options)]: options.diskSize } }
}

function newDefaults(options: CreateOptions, architecture: VmArchitecture): DraftPart {
  const needsUefi = options.kernel === undefined && ['aarch64', 'arm', 'riscv64'].includes(architecture)
  return {
    architecture,
    memoryMiB: DEFAULT_MEMORY_MIB,
    // These have no firmware of their own that could start a disk.
    ...(needsUefi ? { firmware: { kind: 'uefi' } } : {}),
    ...(options.preset === 'emulated' ? { balloon: false, rng: false } : {}),
    // The chip set that classic emulated hardware belongs to.
    ...(options.preset === 'emulated' && isX86(architecture) ? { machineType: 'pc' } : {}),
  }
}

function plainParts(options: CreateOptions): DraftPart {
  return {
    ...(options.arch === undefined ? {} : { architecture: options.arch }),
    ...(options.machine === undefined ? {} : { machineType: options.machine }),
    ...(options.memory === undefined ? {} : { memoryMiB: options.memory }),
    ...(options.accel === undefined ? {} : { accelerator: options.accel }),
    ...(options.tpm === undefined ? {} : { tpm: options.tpm }),
    ...(options.serialPorts === undefined ? {} : { serialPorts: options.serialPorts }),
    ...(options.tag === undefined ? {} : { tags: options.tag }),
    ...(options.notes === undefined ? {} : { notes: options.notes }),
  }
}

function cpuPart({ cpu, cpus }: CreateOptions): DraftPart {
  if (cpu === undefined && cpus === undefined) return {}
  return { cpu: { ...(cpu === undefined ? {} : { model: cpu }), ...(cpus === undefined ? {} : { cores: cpus }) } }
}

function firmwarePart({ firmware, secureBoot }: CreateOptions): DraftPart {
  if (secureBoot === true) return { firmware: { kind: 'uefi', secureBoot: true } }
  return firmware === undefined ? {} : { firmware: { kind: firmware } }
}

function diskPart(options: CreateOptions, absolute: (path: string) => string): DraftPart {
  const bus = options.preset === 'emulated' ? 'ide' : 'virtio'
  const existing = (options.disk ?? []).map((disk, index) => ({
    id: `disk${index}`,
    path: absolute(disk.path),
    format: disk.format ?? options.format ?? formatByName(disk.path),
    bus: disk.bus ?? bus,
    ...(disk.cache === undefined ? {} : { cache: disk.cache }),
    ...(disk.discard === undefined ? {} : { discard: disk.discard }),
    ...(disk.readonly === undefined ? {} : { readOnly: disk.readonly }),
  }))
  const id = newDiskId(options)
  const format = options.format ?? 'qcow2'
  const made = options.diskSize === undefined ? [] : [{ id, path: `${id}.${format}`, format, bus }]
  return existing.length + made.length === 0 ? {} : { disks: [...existing, ...made] }
}

const newDiskId = (options: CreateOptions): string => `disk${options.disk?.length ?? 0}`

function cdromPart(
  options: CreateOptions,
  architecture: VmArchitecture,
  absolute: (path: string) => string,
): DraftPart {
  const drives = [...(options.cdrom ?? []), ...(options.iso ?? [])]
  if (drives.length === 0) return {}
  const bus = !isX86(architecture) ? 'virtio-scsi' : options.preset === 'emulated' ? 'ide' : 'sata'
  return {
    cdroms: drives.map((drive, index) => ({ id: `cd${index}`, path: absolute(drive.path), bus: drive.bus ?? bus })),
  }
}

function kernelPart({ kernel, initrd, append }: CreateOptions, absolute: (path: string) => string): DraftPart {
  if (kernel === undefined) return {}
  return {
    kernel: {
      kernelPath: absolute(kernel),
      ...(initrd === undefined ? {} : { initrdPath: absolute(initrd) }),
      ...(append === undefined ? {} : { commandLine: append }),
    },
  }
}

function networkPart(options: CreateOptions, isNew: boolean): DraftPart {
  const asked = options.nic ?? (isNew || options.forward !== undefined ? [{ kind: 'user', forwards: [] } as const] : [])
  if (asked.length === 0) return {}
  const firstUser = asked.findIndex((nic) => nic.kind === 'user')
  return {
    networks: asked.map((nic: NicValue, index) => ({
      id: `net${index}`,
      model: nic.model ?? (options.preset === 'emulated' ? 'e1000' : 'virtio'),
      ...(nic.mac === undefined ? {} : { mac: nic.mac }),
      backend:
        nic.kind === 'none'
          ? { kind: 'none' }
          : {
              kind: 'user',
              ...(nic.restrict === undefined ? {} : { restrict: nic.restrict }),
              forwards: [...nic.forwards, ...(index === firstUser ? (options.forward ?? []) : [])],
            },
    })),
  }
}

function displayPart(options: CreateOptions, architecture: VmArchitecture, isNew: boolean): DraftPart {
  if (options.display === 'none') return { display: { kind: 'none' } }
  if (options.display !== undefined) return { display: { kind: 'vnc', device: options.display } }
  // A kernel given directly talks to the serial port; an installer usually wants a screen.
  if (!isNew || (options.kernel !== undefined && options.preset === undefined)) return {}
  return { display: { kind: 'vnc', device: defaultVideoDevice(options, architecture) } }
}

function defaultVideoDevice({ preset }: CreateOptions, architecture: VmArchitecture): string {
  if (!isX86(architecture)) return architecture === 'ppc64' ? 'std' : 'virtio-gpu'
  return preset === 'emulated' ? 'std' : 'virtio-vga'
}

const isX86 = (architecture: VmArchitecture): boolean => architecture === 'x86_64' || architecture === 'i386'

/** The format that a file's name promises; what is really inside is checked before the machine starts. */
function formatByName(path: string): DiskFormat {
  const extension = /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? ''
  return formatsByExtension[extension] ?? 'raw'
}

const formatsByExtension: Readonly<Record<string, DiskFormat>> = {
  qcow2: 'qcow2',
  vmdk: 'vmdk',
  vdi: 'vdi',
  vhd: 'vpc',
  vpc: 'vpc',
  vhdx: 'vhdx',
  qed: 'qed',
  hdd: 'parallels',
}
