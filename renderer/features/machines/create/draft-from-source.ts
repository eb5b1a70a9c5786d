import type { DetectedOs } from '#contract/medium'
import type { DiskImport } from '#contract/vm-build'
import { type Disk, type DiskFormat, diskFormats, type VmArchitecture, type VmDraft } from '#contract/vm-spec'

import { type CloudInitDraft, noCloudInit } from './cloud-init-draft.ts'
import type { Wish } from './source.ts'

export interface NewMachine {
  readonly draft: VmDraft
  /** In bytes, by the draft's disk id. */
  readonly newDisks: Readonly<Record<string, number>>
  /** Disks that are copied or moved in, by the draft's disk id. */
  readonly imports: Readonly<Record<string, DiskImport>>
  readonly cloudInit: CloudInitDraft
}

/** Sources that are reviewed before the machine is made; a template is cloned as it is. */
type MachineWish = Omit<Wish, 'source' | 'os'> & {
  readonly source: Exclude<Wish['source'], { kind: 'template' }>
  readonly os?: DetectedOs | undefined
}

const BYTES_PER_GIB = 1024 ** 3

/** Everything chosen for a new machine; the review page shows it and lets each choice be changed. */
export function draftFromSource({ source, preset, architecture, name, os }: MachineWish): NewMachine {
  const classic = preset === 'classic' && hasClassicHardware(architecture)
  const suited = classic ? undefined : os?.recommended
  const imports = importsOf(source)
  const isoPath = isoPathOf(source)
  return {
    draft: {
      name: name.trim(),
      notes: '',
      sharedFolders: [],
      tags: [],
      template: false,
      architecture,
      ...(classic ? { machineType: 'pc' } : {}),
      cpu: { sockets: 1, cores: suited?.cpus ?? (classic ? 1 : 2), threads: 1 },
      memoryMiB: os?.recommended.memoryMiB ?? memoryFor(source, classic),
      accelerator: 'auto',
      nestedVirtualization: false,
      // UEFI is what 64-bit ARM and RISC-V disks boot with; a direct kernel needs no firmware.
      firmware:
        (needsUefi(architecture) || suited?.firmware === 'uefi') && source.kind !== 'kernel'
          ? { kind: 'uefi', secureBoot: false }
          : { kind: 'bios' },
      tpm: suited?.tpm ?? false,
      disks: disksOf(source, classic ? 'ide' : (suited?.diskBus ?? 'virtio')),
      cdroms: isoPath !== undefined ? [{ id: 'cd0', path: isoPath, bus: cdromBus(architecture, classic) }] : [],
      ...(source.kind === 'kernel' ? { kernel: kernelOf(source) } : {}),
      networks: [
        {
          id: 'net0',
          model: classic ? 'e1000' : (suited?.networkModel ?? 'virtio'),
          backend: { kind: 'user', restrict: false, forwards: [] },
        },
      ],
      serialPorts: 1,
      display: displayFor(architecture, source, classic),
      balloon: !classic,
      rng: !classic,
      usbTablet: false,
      boot: { order: isoPath !== undefined ? ['cdrom', 'disk', 'network'] : ['disk', 'cdrom', 'network'], menu: false },
      rtc: 'utc',
      autostart: false,
    },
    newDisks: isMade(source) ? { disk0: Math.round(source.diskGiB * BYTES_PER_GIB) } : {},
    imports,
    // An image of the catalogue knows no user before it is told of one; a disk of one's own mostly does.
    cloudInit: { ...noCloudInit, enabled: source.kind === 'image' && isoPath === undefined && !source.image?.imported },
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

type Reviewed = MachineWish['source']

/** Sources that come with a new, empty disk. */
function isMade(source: Reviewed): source is Extract<Reviewed, { diskGiB: number }> {
  if (source.kind === 'image') return source.image?.kind === 'iso'
  return source.kind === 'iso' || source.kind === 'blank'
}

function isoPathOf(source: Reviewed): string | undefined {
  if (source.kind === 'iso') return source.isoPath
  return source.kind === 'image' && source.image?.kind === 'iso' ? source.image.path : undefined
}

/** The store's images are shared and never written: a machine gets a copy. */
function importsOf(source: Reviewed): NewMachine['imports'] {
  const converted = isConverted(source) ? ({ convertFrom: 'raw' } as const) : {}
  if (source.kind === 'image' && source.image?.kind === 'disk')
    return { disk0: { from: source.image.path, mode: 'copy', ...converted } }
  return source.kind === 'disk' && source.use !== 'in-place'
    ? { disk0: { from: source.diskPath, mode: source.use, ...converted } }
    : {}
}

/** A copy of a raw disk becomes a qcow2: raw disks hold no snapshots. */
function isConverted(source: Reviewed): boolean {
  if (source.kind === 'image') return source.image?.kind === 'disk' && formatOf(source) === 'raw'
  return source.kind === 'disk' && source.use === 'copy' && source.format === 'raw'
}

function disksOf(source: Reviewed, bus: Disk['bus']): Disk[] {
  if (source.kind === 'kernel') return []
  const format = isMade(source) || isConverted(source) ? 'qcow2' : formatOf(source)
  const isElsewhere = source.kind === 'disk' && source.use === 'in-place'
  return [
    {
      id: 'disk0',
      path: isElsewhere ? source.diskPath : `disk0.${format}`,
      format,
      bus,
      cache: 'writeback',
      discard: bus === 'ide' ? 'ignore' : 'unmap',
      readOnly: false,
    },
  ]
}

function formatOf(source: Reviewed): DiskFormat {
  if (source.kind === 'disk') return source.format
  const named = source.kind === 'image' ? source.image?.format : undefined
  return diskFormats.find((format) => format === named) ?? 'raw'
}

function kernelOf(source: Extract<Reviewed, { kind: 'kernel' }>): NonNullable<VmDraft['kernel']> {
  return {
    kernelPath: source.kernelPath,
    ...(source.initrdPath === '' ? {} : { initrdPath: source.initrdPath }),
    commandLine: source.commandLine,
  }
}

function memoryFor(source: Reviewed, classic: boolean): number {
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

function displayFor(architecture: VmArchitecture, source: Reviewed, classic: boolean): VmDraft['display'] {
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
