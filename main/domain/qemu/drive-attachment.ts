import type { VmSpec } from '#contract/vm-spec'

import type { MachineProfile } from '../vm/machine-profile.ts'
import type { VmDecisions } from '../vm/vm-decisions.ts'
import { jsonOption, type QemuOption } from './qemu-option.ts'

/** Ports of one AHCI controller. */
const portsPerAhci = 6

type DriveKind = 'disk' | 'cdrom'
interface Drive {
  readonly kind: DriveKind
  readonly id: string
}

/** Controllers that the machine's drives need and its board lacks. */
export function controllerOptions({ profile, spec }: VmDecisions): readonly QemuOption[] {
  const sata = drivesOn(spec, 'sata').length
  const extraAhci = Math.ceil(Math.max(0, sata - profile.onBoardSataPorts) / portsPerAhci)
  return [
    ...Array.from({ length: extraAhci }, (_, index) =>
      jsonOption(
        '-device',
        { driver: 'ich9-ahci', id: `ahci${index}` },
        'A SATA controller with six ports, as the board has too few of its own.',
      ),
    ),
    ...(drivesOn(spec, 'virtio-scsi').length > 0
      ? [
          jsonOption(
            '-device',
            { driver: `virtio-scsi-${profile.virtio}`, id: 'scsi0' },
            'A SCSI controller made for virtual machines, for the drives below.',
          ),
        ]
      : []),
  ]
}

/** Where a drive is plugged in: the properties that name bus and place. Nothing for buses with one drive per device. */
export function attachment(
  { profile, spec }: VmDecisions,
  kind: DriveKind,
  id: string,
): Readonly<Record<string, string | number>> {
  const bus = kind === 'disk' ? busOf(spec.disks, id) : busOf(spec.cdroms, id)
  if (bus !== 'ide' && bus !== 'sata' && bus !== 'virtio-scsi') return {}
  const place = drivesOn(spec, bus).findIndex((drive) => drive.kind === kind && drive.id === id)
  switch (bus) {
    case 'ide':
      return { bus: `ide.${Math.floor(place / 2)}`, unit: place % 2 }
    case 'sata':
      return { bus: sataBus(profile, place) }
    case 'virtio-scsi':
      return { bus: 'scsi0.0', 'scsi-id': place }
  }
}

function sataBus(profile: MachineProfile, place: number): string {
  const beyond = place - profile.onBoardSataPorts
  return beyond < 0 ? `ide.${place}` : `ahci${Math.floor(beyond / portsPerAhci)}.${beyond % portsPerAhci}`
}

function drivesOn(spec: VmSpec, bus: string): readonly Drive[] {
  return [
    ...spec.disks.filter((disk) => disk.bus === bus).map(({ id }) => ({ kind: 'disk', id }) as const),
    ...spec.cdroms.filter((cdrom) => cdrom.bus === bus).map(({ id }) => ({ kind: 'cdrom', id }) as const),
  ]
}

function busOf(drives: readonly { readonly id: string; readonly bus: string }[], id: string): string | undefined {
  return drives.find((drive) => drive.id === id)?.bus
}
