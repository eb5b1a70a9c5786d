import type { Problem } from '#contract/problem'
import type { VmSpec } from '#contract/vm-spec'

import { chooseAccelerator, kvmFits } from '../choose-accelerator.ts'
import type { VmFacts } from '../host-facts.ts'
import { error, warning } from './make-problem.ts'

/** KVM asked for where it cannot work, and what needs KVM without having it. */
export function acceleratorProblems(spec: VmSpec, { host }: VmFacts): readonly Problem[] {
  const { accelerator } = chooseAccelerator(spec, host)
  return [
    ...(spec.accelerator === 'kvm' ? kvmProblems(spec, host) : []),
    ...(accelerator === 'tcg' && spec.cpu.model === 'host'
      ? [
          error(
            'cpu.model',
            'cpu-host-needs-kvm',
            'The CPU model "host" exists under KVM only, and this machine is emulated.',
            'Use the CPU model "max", or leave it out.',
          ),
        ]
      : []),
    ...(spec.nestedVirtualization && !canNest(spec, accelerator)
      ? [
          warning(
            'nestedVirtualization',
            'nested-without-kvm',
            'Nested virtualization has no effect on this machine: it needs an x86 guest under KVM, or an emulated 64-bit ARM guest.',
          ),
        ]
      : []),
  ]
}

function kvmProblems(spec: VmSpec, host: VmFacts['host']): readonly Problem[] {
  if (!kvmFits(spec.architecture, host.architecture)) {
    return [
      error(
        'accelerator',
        'kvm-other-architecture',
        `KVM runs guests of the host's own architecture, ${host.architecture}; this one is ${spec.architecture}.`,
        'Set the accelerator to "auto" or "tcg".',
      ),
    ]
  }
  if (host.kvm.usable) return []
  return [
    error(
      'accelerator',
      'kvm-not-usable',
      `KVM does not work on this host: ${host.kvm.reason}`,
      'Set the accelerator to "auto" to use KVM where it works; the host check shows what is missing here.',
    ),
  ]
}

function canNest({ architecture }: VmSpec, accelerator: 'kvm' | 'tcg'): boolean {
  return accelerator === 'kvm' ? architecture === 'x86_64' || architecture === 'i386' : architecture === 'aarch64'
}
