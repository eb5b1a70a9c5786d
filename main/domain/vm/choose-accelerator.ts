import type { VmSpec } from '#contract/vm-spec'

import type { HostFacts } from './host-facts.ts'

/** Which accelerator, and the sentence that is shown beside its badge. */
export interface AcceleratorChoice {
  readonly accelerator: 'kvm' | 'tcg'
  readonly reason: string
}

/**
 * Decides between hardware virtualization and emulation. `auto` takes KVM where a guest was proved to run under it and
 * the architecture fits; an explicit choice is followed, and `accelerator-problems` refuses it where it cannot work.
 *
 * A 32-bit ARM guest on a 64-bit ARM host is left to emulation by `auto`: not every such processor still has the
 * 32-bit state, and nothing but a try tells.
 */
export function chooseAccelerator(
  spec: Pick<VmSpec, 'accelerator' | 'architecture'>,
  host: Pick<HostFacts, 'architecture' | 'kvm'>,
): AcceleratorChoice {
  switch (spec.accelerator) {
    case 'kvm':
      return { accelerator: 'kvm', reason: 'The machine asks for KVM.' }
    case 'tcg':
      return { accelerator: 'tcg', reason: 'The machine asks for emulation.' }
    case 'auto': {
      if (
        !kvmFits(spec.architecture, host.architecture) ||
        (spec.architecture === 'arm' && host.architecture !== 'arm')
      ) {
        const reason = `Emulated: the machine is ${spec.architecture} and this host is ${host.architecture}.`
        return { accelerator: 'tcg', reason }
      }
      return host.kvm.usable
        ? { accelerator: 'kvm', reason: host.kvm.reason }
        : { accelerator: 'tcg', reason: `Emulated: ${host.kvm.reason}` }
    }
  }
}

/** Whether hardware of one architecture can run guests of another under KVM at all. */
export function kvmFits(guest: VmSpec['architecture'], host: VmSpec['architecture']): boolean {
  return guest === host || (guest === 'i386' && host === 'x86_64') || (guest === 'arm' && host === 'aarch64')
}
