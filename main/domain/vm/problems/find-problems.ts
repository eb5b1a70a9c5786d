import type { Problem } from '#contract/problem'
import type { VmSpec } from '#contract/vm-spec'

import type { VmFacts } from '../host-facts.ts'
import { defaultMachineType, machineProfile } from '../machine-profile.ts'
import { acceleratorProblems } from './accelerator-problems.ts'
import { bootProblems } from './boot-problems.ts'
import { busProblems } from './bus-problems.ts'
import { cpuProblems } from './cpu-problems.ts'
import { displayProblems } from './display-problems.ts'
import { driveProblems } from './drive-problems.ts'
import { firmwareProblems } from './firmware-problems.ts'
import { hostProblems } from './host-problems.ts'
import { identityProblems } from './identity-problems.ts'
import { kernelProblems } from './kernel-problems.ts'
import { machineTypeProblems } from './machine-type-problems.ts'
import { memoryProblems } from './memory-problems.ts'
import { networkProblems } from './network-problems.ts'
import { portProblems } from './port-problems.ts'
import { serialProblems } from './serial-problems.ts'
import { sharedFolderProblems } from './shared-folder-problems.ts'
import { tpmProblems } from './tpm-problems.ts'

/**
 * Every problem of a machine on this host, errors and warnings, all at once. What depends on the board is looked at
 * only when the board is known.
 */
export function findProblems(spec: VmSpec, facts: VmFacts): readonly Problem[] {
  const machineType = spec.machineType ?? defaultMachineType(spec.architecture)
  const profile = machineProfile(spec.architecture, machineType)
  return [
    ...hostProblems(spec, facts),
    ...machineTypeProblems(spec, facts),
    ...acceleratorProblems(spec, facts),
    ...identityProblems(spec),
    ...driveProblems(spec, facts),
    ...kernelProblems(spec, facts),
    ...sharedFolderProblems(spec, facts),
    ...portProblems(spec, facts),
    ...(profile
      ? [
          ...cpuProblems(spec, facts, profile),
          ...memoryProblems(spec, facts, profile),
          ...firmwareProblems(spec, facts, profile),
          ...tpmProblems(spec, profile),
          ...busProblems(spec, profile),
          ...networkProblems(spec, profile),
          ...serialProblems(spec, profile),
          ...displayProblems(spec, profile),
          ...bootProblems(spec, profile),
        ]
      : []),
  ]
}
