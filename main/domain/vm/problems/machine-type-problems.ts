import type { Problem } from '#contract/problem'
import type { VmSpec } from '#contract/vm-spec'

import type { VmFacts } from '../host-facts.ts'
import { knownMachineTypes, machineProfile, machineTypeVersion } from '../machine-profile.ts'
import { error } from './make-problem.ts'

/** A board that Petri does not know, or that is newer than the installed QEMU. */
export function machineTypeProblems(spec: VmSpec, { host }: VmFacts): readonly Problem[] {
  const { architecture, machineType } = spec
  if (machineType === undefined) return []
  if (!machineProfile(architecture, machineType)) {
    const known = knownMachineTypes(architecture).join(', ')
    return [
      error(
        'machineType',
        'machine-type-unknown',
        `Petri does not know the machine type ${machineType} on ${architecture}.`,
        `Choose one of: ${known}.`,
      ),
    ]
  }
  const wanted = machineTypeVersion(machineType)
  const installed = host.emulators[architecture]?.version
  if (!wanted || !installed) return []
  const isNewer = wanted[0] > installed[0] || (wanted[0] === installed[0] && wanted[1] > installed[1])
  if (!isNewer) return []
  return [
    error(
      'machineType',
      'machine-type-too-new',
      `The machine type ${machineType} came with QEMU ${wanted.join('.')}; this host has ${installed.join('.')}.`,
      'Choose an older machine type, or upgrade QEMU.',
    ),
  ]
}
