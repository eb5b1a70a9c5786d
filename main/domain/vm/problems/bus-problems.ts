import type { Problem } from '#contract/problem'
import type { VmSpec } from '#contract/vm-spec'

import { deviceCount } from '../../qemu/device-count.ts'
import type { MachineProfile } from '../machine-profile.ts'
import { error } from './make-problem.ts'

/** Two channels with two drives each. */
const ideDrives = 4

/** Drives on buses that the board lacks or that are full, and more devices than it has slots. */
export function busProblems(spec: VmSpec, profile: MachineProfile): readonly Problem[] {
  return [
    ...[
      ...spec.disks.map(({ bus }, index) => ({ bus, field: `disks[${index}].bus` })),
      ...spec.cdroms.map(({ bus }, index) => ({ bus, field: `cdroms[${index}].bus` })),
    ].flatMap(({ bus, field }) => (profile.diskBuses.includes(bus) ? [] : [missingBus(field, bus, spec, profile)])),
    ...ideProblems(spec, profile),
    ...slotProblems(spec, profile),
  ]
}

function missingBus(field: string, bus: string, spec: VmSpec, profile: MachineProfile): Problem {
  const buses = profile.diskBuses.filter(
    (known) => !field.startsWith('cdroms') || known === 'sata' || known === 'virtio-scsi',
  )
  const orPc = bus === 'ide' && profile.family === 'q35' ? ', or set the machine type to pc' : ''
  return error(
    field,
    'bus-not-on-machine',
    `${profile.family} on ${spec.architecture} has no ${bus} bus.`,
    `Choose one of: ${buses.join(', ')}${orPc}.`,
  )
}

function ideProblems(spec: VmSpec, profile: MachineProfile): readonly Problem[] {
  const count = [...spec.disks, ...spec.cdroms].filter(({ bus }) => bus === 'ide').length
  if (!profile.diskBuses.includes('ide') || count <= ideDrives) return []
  return [
    error(
      'disks',
      'ide-full',
      `IDE takes ${ideDrives} drives, disks and CD drives together; there are ${count}.`,
      'Put some of them on sata or virtio-scsi.',
    ),
  ]
}

function slotProblems(spec: VmSpec, profile: MachineProfile): readonly Problem[] {
  const count = deviceCount(spec, profile)
  if (count <= profile.deviceSlots) return []
  return [
    error(
      '',
      'too-many-devices',
      `The machine has ${count} devices, and ${profile.family} on ${spec.architecture} has room for ${profile.deviceSlots}.`,
      'Put disks on virtio-scsi or sata, which take many in one slot, or remove network cards.',
    ),
  ]
}
