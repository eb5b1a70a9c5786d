import type { VmDecisions } from '../vm/vm-decisions.ts'
import { sharedMemoryId, sharesMemory } from './is-virtiofs.ts'
import { jsonOption, type QemuOption } from './qemu-option.ts'

/** Memory, and the balloon that gives it back to the host. */
export function memoryOptions(decisions: VmDecisions): readonly QemuOption[] {
  const { profile, spec } = decisions
  const size = {
    args: ['-m', String(spec.memoryMiB)],
    explanation: `Memory of the guest in MiB. The host gives it page by page when it is first used. Without it the guest has 128 MiB.`,
  }
  const memory = sharesMemory(decisions) ? [size, sharedMemory(spec.memoryMiB)] : [size]
  if (!spec.balloon) return memory
  return [
    ...memory,
    jsonOption(
      '-device',
      {
        driver: `virtio-balloon-${profile.virtio}`,
        id: 'balloon0',
        'deflate-on-oom': true,
        'free-page-reporting': true,
      },
      'A balloon: the guest tells the host which memory it does not need, and its size can change while it runs. Without it, memory used once stays taken.',
    ),
  ]
}

function sharedMemory(memoryMiB: number): QemuOption {
  return jsonOption(
    '-object',
    { 'qom-type': 'memory-backend-memfd', id: sharedMemoryId, size: memoryMiB * 1024 * 1024, share: true },
    'That memory as a file without a name, which virtiofsd opens too: it puts the content of shared folders straight into the guest.',
  )
}
