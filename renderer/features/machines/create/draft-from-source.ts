import type { Disk, DiskFormat, VmArchitecture, VmDraft } from '#contract/vm-spec'

/** What a new machine starts from. Sizes in GiB, paths absolute on the owner's computer. */
export type Source =
  | { readonly kind: 'iso'; readonly isoPath: string; readonly diskGiB: number }
  | { readonly kind: 'disk'; readonly diskPath: string; readonly format: DiskFormat }
  | {
      readonly kind: 'kernel'
      readonly kernelPath: string
      readonly initrdPath: string
      readonly commandLine: string
    }
  | { readonly kind: 'blank'; readonly diskGiB: number }

/** `paravirtual`: virtio throughout. `classic`: the hardware of an old PC, for guests that know no virtio. */
export type Preset = 'paravirtual' | 'classic'

export interface NewMachine {
  readonly draft: VmDraft
  /** In bytes, by the draft's disk id. */
  readonly newDisks: Readonly<Record<string, number>>
}

interface MachineWish {
  readonly source: Source
  readonly preset: Preset
  readonly architecture: VmArchitecture
  readonly name: string
}

const BYTES_PER_GIB = 1024 ** 3

/** Everything chosen for a new machine; the review page shows it and lets each choice be changed. */
export function draftFromSource({ source, preset, architecture, name }: MachineWish): NewMachine {
  const classic = preset === 'classic' && hasClassicHardware(architecture)
  const disks = disksOf(source, classic)
  return {
    draft: {
      name: name.trim(),
      notes: '',
      sharedFolders: [],
      tags: [],
      template: false,
      architecture,
      ...(classic ? { machineType: 'pc' } : {}),
      cpu: { sockets: 1, cores: classic ? 1 : 2, threads: 1 },
      memoryMiB: memoryFor(source, classic),
      accelerator: 'auto',
      nestedVirtualization: false,
      // UEFI is what 64-bit ARM and RISC-V disks boot with; a direct kernel needs no firmware.
      firmware:
        needsUefi(architecture) && source.kind !== 'kernel' ? { kind: 'uefi', secureBoot: false } : { kind: 'bios' },
      tpm: false,
      disks,
      cdroms: source.kind === 'iso' ? [{ id: 'cd0', path: source.isoPath, bus: cdromBus(architecture, classic) }] : [],
      ...(source.kind === 'kernel' ? { kernel: kernelOf(source) } : {}),
      networks: [
        { id: 'net0', model: classic ? 'e1000' : 'virtio', backend: { kind: 'user', restrict: false, forwards: [] } },
      ],
      serialPorts: 1,
      display: displayFor(architecture, source, classic),
      balloon: !classic,
      rng: !classic,
      usbTablet: false,
      boot: { order: source.kind === 'iso' ? ['cdrom', 'disk', 'network'] : ['disk', 'cdrom', 'network'], menu: false },
      rtc: 'utc',
    },
    newDisks:
      source.kind === 'iso' || source.kind === 'blank' ? { disk0: Math.round(source.diskGiB * BYTES_PER_GIB) } : {},
  }
}

/** Whether an emulated PC with IDE and e1000 exists for this architecture. */
export function hasClassicHardware(architecture: VmArchitecture): boolean {
  return architecture === 'x86_64' || architecture === 'i386'
}

/** The format that a file's name promises; raw when it promises nothing. The owner checks it against the content. */
export function formatByName(path: string): DiskFormat {
  const ending = /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? ''
  const formats: Readonly<Record<string, DiskFormat>> = {
    qcow2: 'qcow2',
    vmdk: 'vmdk',
    vdi: 'vdi',
    vhd: 'vpc',
    vpc: 'vpc',
    vhdx: 'vhdx',
    qed: 'qed',
    hdd: 'parallels',
  }
  return formats[ending] ?? 'raw'
}

/** A name for people out of a file's name: `/iso/debian-12.iso` -> `debian-12`. */
export function nameFromPath(path: string): string {
  const base = path.split('/').at(-1) ?? ''
  return base.replace(/\.(iso|img|qcow2|raw|vmdk|vdi|vhdx?|gz|xz)$/i, '').slice(0, 120)
}

function disksOf(source: Source, classic: boolean): Disk[] {
  if (source.kind === 'kernel') return []
  const isNew = source.kind !== 'disk'
  return [
    {
      id: 'disk0',
      path: isNew ? 'disk0.qcow2' : source.diskPath,
      format: isNew ? 'qcow2' : source.format,
      bus: classic ? 'ide' : 'virtio',
      cache: 'writeback',
      discard: classic ? 'ignore' : 'unmap',
      readOnly: false,
    },
  ]
}

function kernelOf(source: Extract<Source, { kind: 'kernel' }>): NonNullable<VmDraft['kernel']> {
  return {
    kernelPath: source.kernelPath,
    ...(source.initrdPath === '' ? {} : { initrdPath: source.initrdPath }),
    commandLine: source.commandLine,
  }
}

function memoryFor(source: Source, classic: boolean): number {
  if (source.kind === 'kernel') return 512
  return classic ? 1024 : 2048
}

function needsUefi(architecture: VmArchitecture): boolean {
  return architecture === 'aarch64' || architecture === 'arm' || architecture === 'riscv64'
}

function cdromBus(architecture: VmArchitecture, classic: boolean): VmDraft['cdroms'][number]['bus'] {
  if (classic) return 'ide'
  return hasClassicHardware(architecture) ? 'sata' : 'virtio-scsi'
}

function displayFor(architecture: VmArchitecture, source: Source, classic: boolean): VmDraft['display'] {
  if (source.kind === 'kernel' || architecture === 's390x') return { kind: 'none' }
  if (classic) return { kind: 'vnc', device: 'std' }
  return { kind: 'vnc', device: hasClassicHardware(architecture) ? 'virtio-vga' : 'virtio-gpu' }
}

/** The serial console's device name, as the kernel of each architecture calls it. */
export function consoleArgument(architecture: VmArchitecture): string {
  switch (architecture) {
    case 'x86_64':
    case 'i386':
    case 'riscv64':
      return 'console=ttyS0'
    case 'aarch64':
    case 'arm':
      return 'console=ttyAMA0'
    case 'ppc64':
      return 'console=hvc0'
    case 's390x':
      return 'console=ttysclp0'
  }
}
