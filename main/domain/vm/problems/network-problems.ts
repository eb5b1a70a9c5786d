import type { Problem } from '#contract/problem'
import type { VmSpec } from '#contract/vm-spec'

import type { MachineProfile } from '../machine-profile.ts'
import { error } from './make-problem.ts'

/** Cards that the board has no bus for. */
export function networkProblems(spec: VmSpec, profile: MachineProfile): readonly Problem[] {
  return spec.networks.flatMap(({ model }, index) =>
    profile.networkModels.includes(model)
      ? []
      : [
          error(
            `networks[${index}].model`,
            'network-not-on-machine',
            `${profile.family} on ${spec.architecture} has no place for a network card of the model ${model}.`,
            `Choose one of: ${profile.networkModels.join(', ')}.`,
          ),
        ],
  )
}
