import type { Problem } from '#contract/problem'
import type { VmSpec } from '#contract/vm-spec'

import type { MachineProfile } from '../machine-profile.ts'
import { error } from './make-problem.ts'

/** Graphics cards and pointers that the board has no place for. */
export function displayProblems(spec: VmSpec, profile: MachineProfile): readonly Problem[] {
  const board = `${profile.family} on ${spec.architecture}`
  const { display } = spec
  return [
    ...(display.kind === 'vnc' && profile.video[display.device] === undefined
      ? [
          error(
            'display.device',
            'video-not-on-machine',
            `${board} cannot have the graphics card ${display.device}.`,
            `Choose one of: ${Object.keys(profile.video).join(', ')}.`,
          ),
        ]
      : []),
    ...(spec.usbTablet && !profile.usb
      ? [error('usbTablet', 'usb-not-on-machine', `${board} has no USB.`, 'Switch the USB tablet off.')]
      : []),
  ]
}
