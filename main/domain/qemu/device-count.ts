import type { VmSpec } from '#contract/vm-spec'

import type { MachineProfile } from '../vm/machine-profile.ts'
import { needsUsb } from './usb-options.ts'

/** How many slots of the root bus, or virtio transports, the machine's devices take. */
export function deviceCount(spec: VmSpec, profile: MachineProfile): number {
  const drives = [...spec.disks, ...spec.cdroms]
  const sata = drives.filter(({ bus }) => bus === 'sata').length
  const counts = [
    spec.disks.filter(({ bus }) => bus === 'virtio' || bus === 'nvme').length,
    Math.ceil(Math.max(0, sata - profile.onBoardSataPorts) / 6),
    drives.some(({ bus }) => bus === 'virtio-scsi') ? 1 : 0,
    spec.networks.filter(({ model }) => model !== 'usb-net').length,
    profile.serial.slice(0, spec.serialPorts).filter((device) => device === 'pci-serial').length,
    profile.serial.slice(0, spec.serialPorts).includes('virtconsole') ? 1 : 0,
    spec.display.kind === 'vnc' && spec.display.device !== 'ramfb' ? 1 : 0,
    spec.display.kind === 'vnc' && profile.keyboard.startsWith('virtio') ? 1 : 0,
    spec.sharedFolders.length,
    spec.balloon ? 1 : 0,
    spec.rng ? 1 : 0,
    needsUsb({ spec, profile }) ? 1 : 0,
  ]
  return counts.reduce((sum, count) => sum + count, 0)
}
