import type { Problem } from '#contract/problem'
import type { VmSpec } from '#contract/vm-spec'

import type { MachineProfile } from '../machine-profile.ts'
import { error } from './make-problem.ts'

/** A TPM on a board without a place for one. Whether swtpm is installed is the host's affair. */
export function tpmProblems(spec: VmSpec, profile: MachineProfile): readonly Problem[] {
  if (!spec.tpm || profile.tpm !== undefined) return []
  return [
    error(
      'tpm',
      'tpm-not-for-machine',
      `${profile.family} on ${spec.architecture} has no place for a TPM.`,
      'Switch the TPM off, or choose another machine type.',
    ),
  ]
}
