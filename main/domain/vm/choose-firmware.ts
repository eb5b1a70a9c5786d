import type { VmSpec } from '#contract/vm-spec'

import type { FirmwareFacts } from './host-facts.ts'
import type { MachineProfile } from './machine-profile.ts'

/**
 * The UEFI build for a machine, or undefined when none fits. With Secure Boot one whose keys are enrolled comes first,
 * since without keys nothing is verified; without it one that has no Secure Boot at all, since that asks for nothing.
 * Otherwise the order is that of the descriptors, which is the distribution's preference.
 */
export function chooseFirmware(
  spec: Pick<VmSpec, 'architecture' | 'firmware'>,
  profile: Pick<MachineProfile, 'uefiName'>,
  firmwares: readonly FirmwareFacts[],
): FirmwareFacts | undefined {
  const { uefiName } = profile
  if (spec.firmware.kind !== 'uefi' || uefiName === undefined) return undefined
  const { secureBoot } = spec.firmware
  const fitting = firmwares.filter(
    (firmware) =>
      firmware.architecture === spec.architecture &&
      firmware.machines.some((glob) => globMatches(glob, `${uefiName}-0.0`) || globMatches(glob, uefiName)),
  )
  return secureBoot
    ? (fitting.find((firmware) => firmware.secureBoot && firmware.enrolledKeys) ??
        fitting.find((firmware) => firmware.secureBoot))
    : (fitting.find((firmware) => !firmware.secureBoot) ?? fitting.find((firmware) => !firmware.enrolledKeys))
}

/** Matches one `*` at the end, the only form that firmware descriptors use. */
function globMatches(glob: string, name: string): boolean {
  return glob.endsWith('*') ? name.startsWith(glob.slice(0, -1)) : glob === name
}
