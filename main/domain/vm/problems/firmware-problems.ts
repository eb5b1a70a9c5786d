import type { Problem } from '#contract/problem'
import type { VmArchitecture, VmSpec } from '#contract/vm-spec'

import { chooseFirmware } from '../choose-firmware.ts'
import type { VmFacts } from '../host-facts.ts'
import type { MachineProfile } from '../machine-profile.ts'
import { error, warning } from './make-problem.ts'

/** UEFI that is not there, or not for this board. */
export function firmwareProblems(spec: VmSpec, { host }: VmFacts, profile: MachineProfile): readonly Problem[] {
  if (spec.firmware.kind !== 'uefi') return []
  if (profile.uefiName === undefined) {
    return [
      error(
        'firmware',
        'uefi-not-for-machine',
        `There is no UEFI for ${profile.family} on ${spec.architecture}.`,
        'Set the firmware to "bios", which is what this machine brings itself.',
      ),
    ]
  }
  const firmware = chooseFirmware(spec, profile, host.firmwares)
  if (spec.firmware.secureBoot && (profile.family !== 'q35' || firmware?.requiresSmm === false)) {
    return [
      error(
        'firmware',
        'secure-boot-not-possible',
        'Secure Boot needs the machine type q35 and firmware built with system management mode.',
        'Set the machine type to q35, or switch Secure Boot off.',
      ),
    ]
  }
  if (!firmware) return [missingFirmware(spec.architecture, spec.firmware.secureBoot)]
  return spec.firmware.secureBoot && !firmware.enrolledKeys
    ? [
        warning(
          'firmware',
          'secure-boot-without-keys',
          'This firmware can do Secure Boot and holds no keys yet, so it verifies nothing until the guest enrols some.',
        ),
      ]
    : []
}

function missingFirmware(architecture: VmArchitecture, secureBoot: boolean): Problem {
  const what = secureBoot ? 'UEFI firmware with Secure Boot' : 'UEFI firmware'
  const install = uefiPackages[architecture]
  return error(
    'firmware',
    'uefi-missing',
    `No ${what} for ${architecture} is installed on this host.`,
    install === undefined ? 'Set the firmware to "bios".' : `sudo apt install ${install}`,
  )
}

const uefiPackages: Readonly<Partial<Record<VmArchitecture, string>>> = {
  x86_64: 'ovmf',
  i386: 'ovmf-ia32',
  aarch64: 'qemu-efi-aarch64',
  arm: 'qemu-efi-arm',
  riscv64: 'qemu-efi-riscv64',
}
