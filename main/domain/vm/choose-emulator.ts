import type { VmSpec } from '#contract/vm-spec'

import type { Emulator, HostFacts } from './host-facts.ts'

/**
 * The QEMU program for a machine; undefined when it is not installed. On 64-bit ARM hosts only the 64-bit emulator
 * speaks KVM, and runs 32-bit guests too.
 */
export function chooseEmulator(
  { architecture }: Pick<VmSpec, 'architecture'>,
  accelerator: 'kvm' | 'tcg',
  { architecture: hostArchitecture, emulators }: Pick<HostFacts, 'architecture' | 'emulators'>,
): Emulator | undefined {
  const throughAarch64 = architecture === 'arm' && hostArchitecture === 'aarch64' && accelerator === 'kvm'
  return emulators[throughAarch64 ? 'aarch64' : architecture]
}
