import type { VmDecisions } from '../vm/vm-decisions.ts'
import type { QemuOption } from './qemu-option.ts'

/** Processor model and topology. */
export function cpuOptions({ accelerator, cpuModel, spec }: VmDecisions): readonly QemuOption[] {
  const { sockets, cores, threads } = spec.cpu
  const count = sockets * cores * threads
  return [
    { args: ['-cpu', cpuModel], explanation: modelExplanation(cpuModel, accelerator) },
    {
      args: ['-smp', `cpus=${count},sockets=${sockets},cores=${cores},threads=${threads}`],
      explanation: `${count === 1 ? 'One virtual CPU' : `${count} virtual CPUs`}, as the guest sees them: sockets × cores × threads. Without it there is one.`,
    },
  ]
}

function modelExplanation(cpuModel: string, accelerator: 'kvm' | 'tcg'): string {
  const [name] = cpuModel.split(',')
  const hidden = cpuModel.includes('vmx=off')
    ? ' Its virtualization extensions are hidden, as nested virtualization is switched off for this machine.'
    : ''
  if (name === 'host')
    return `The guest sees the processor of this host, which is the fastest and most complete.${hidden}`
  if (name === 'max') {
    const what = accelerator === 'kvm' ? 'everything that KVM can pass on' : 'everything that the emulator can do'
    return `A processor with ${what}.${hidden}`
  }
  return `The processor model that the guest sees: ${name}. Its features stay the same on every host.${hidden}`
}
