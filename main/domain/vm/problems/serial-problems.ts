import type { Problem } from '#contract/problem'
import type { VmSpec } from '#contract/vm-spec'

import type { MachineProfile } from '../machine-profile.ts'
import { error } from './make-problem.ts'

/** More serial ports than the board takes. */
export function serialProblems(spec: VmSpec, profile: MachineProfile): readonly Problem[] {
  const most = profile.serial.length
  if (spec.serialPorts <= most) return []
  return [
    error(
      'serialPorts',
      'serial-ports-above-machine',
      `${profile.family} on ${spec.architecture} takes ${most} serial port${most === 1 ? '' : 's'}; the machine has ${spec.serialPorts}.`,
      `Choose ${most}, or another machine type.`,
    ),
  ]
}
