import type { VmSpec } from '#contract/vm-spec'

import type { Emulator } from './host-facts.ts'

type CpuChoice = Pick<VmSpec, 'architecture' | 'cpu' | 'nestedVirtualization'>

/**
 * The value of `-cpu`.
 *
 * Under KVM the host's own processor, as nothing else is as fast or as complete; without `nestedVirtualization` the
 * guest does not get the virtualization extensions, since they are the largest part of KVM that a guest can attack.
 * Emulated: `max`, everything the emulator knows.
 * - x86-64 leaves out 5-level paging: it costs a memory access per emulated page walk, and brings nothing to a lab.
 * - AArch64 signs pointers with the cheap algorithm: the architected one takes about half of the emulated time.
 * - RISC-V has `max` since QEMU 8; ppc64 has no `max`, POWER9 is what current distributions ask for.
 */
export function chooseCpuModel(spec: CpuChoice, accelerator: 'kvm' | 'tcg', emulator: Emulator): string {
  const { model } = spec.cpu
  if (accelerator === 'kvm') return kvmModel(spec, model ?? 'host', emulator)
  if (model !== undefined) return model
  switch (spec.architecture) {
    case 'x86_64':
      return 'max,la57=off'
    case 'aarch64':
      return 'max,pauth-impdef=on'
    case 'riscv64':
      return emulator.version[0] >= 8 ? 'max' : 'rv64'
    case 'ppc64':
      return 'power9'
    case 'i386':
    case 'arm':
    case 's390x':
      return 'max'
  }
}

function kvmModel(spec: CpuChoice, model: string, emulator: Emulator): string {
  if (spec.architecture === 'arm' && emulator.path.endsWith('aarch64')) return `${model},aarch64=off`
  if (spec.architecture !== 'x86_64' && spec.architecture !== 'i386') return model
  const takesTheHosts = model === 'host' || model === 'max'
  if (!spec.nestedVirtualization) return takesTheHosts ? `${model},vmx=off,svm=off` : model
  if (takesTheHosts) return model
  return `${model},${/epyc|opteron|athlon|phenom|dhyana/i.test(model) ? 'svm' : 'vmx'}=on`
}
