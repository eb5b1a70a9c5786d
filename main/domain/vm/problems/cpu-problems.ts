import type { Problem } from '#contract/problem'
import type { VmSpec } from '#contract/vm-spec'

import type { VmFacts } from '../host-facts.ts'
import type { MachineProfile } from '../machine-profile.ts'
import { error, warning } from './make-problem.ts'

/** More virtual CPUs than the board takes, or than the host has. */
export function cpuProblems(spec: VmSpec, { host }: VmFacts, profile: MachineProfile): readonly Problem[] {
  const { cores, sockets, threads } = spec.cpu
  const count = cores * sockets * threads
  return [
    ...(count > profile.maxCpus
      ? [
          error(
            'cpu',
            'cpus-above-machine',
            `The machine has ${count} virtual CPUs; ${profile.family} on ${spec.architecture} takes ${profile.maxCpus}.`,
            'Choose fewer sockets, cores or threads.',
          ),
        ]
      : []),
    ...(threads > profile.maxThreads
      ? [
          error(
            'cpu.threads',
            'threads-above-machine',
            `${profile.family} takes ${profile.maxThreads} thread${profile.maxThreads === 1 ? '' : 's'} per core.`,
            'Choose more cores instead.',
          ),
        ]
      : []),
    ...(count > host.cpus
      ? [
          warning(
            'cpu',
            'cpus-above-host',
            `The machine has ${count} virtual CPUs and this host has ${host.cpus}: the guest gets slower, not faster.`,
            `Choose at most ${host.cpus}.`,
          ),
        ]
      : []),
  ]
}
