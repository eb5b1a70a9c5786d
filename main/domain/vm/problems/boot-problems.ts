import type { Problem } from '#contract/problem'
import type { VmSpec } from '#contract/vm-spec'

import type { MachineProfile } from '../machine-profile.ts'
import { warning } from './make-problem.ts'

/** A machine that would start and then have nothing to run. Only warnings: somebody may want to see exactly that. */
export function bootProblems(spec: VmSpec, profile: MachineProfile): readonly Problem[] {
  if (spec.kernel) return []
  if (spec.firmware.kind === 'bios' && profile.builtInFirmware === undefined) {
    return [
      warning(
        'firmware',
        'no-firmware',
        `${profile.family} on ${spec.architecture} brings no firmware that boots from disks, and there is no kernel: nothing will run.`,
        profile.uefiName === undefined ? 'Give a kernel.' : 'Set the firmware to "uefi", or give a kernel.',
      ),
    ]
  }
  return spec.boot.order.some((kind) => hasBootable(spec, kind))
    ? []
    : [
        warning(
          'boot.order',
          'no-bootable-device',
          'Nothing in the boot order can be booted from: no disk, no disc in a drive, no network.',
          'Add a disk, put a disc into a CD drive, or give a kernel.',
        ),
      ]
}

function hasBootable(spec: VmSpec, kind: VmSpec['boot']['order'][number]): boolean {
  switch (kind) {
    case 'disk':
      return spec.disks.length > 0
    case 'cdrom':
      return spec.cdroms.some(({ path }) => path !== null)
    case 'network':
      return spec.networks.some(({ backend }) => backend.kind === 'user')
  }
}
