import type { VmDecisions } from '../vm/vm-decisions.ts'
import { jsonOption, type QemuOption } from './qemu-option.ts'

/** Memory, and the balloon that gives it back to the host. */
export function memoryOptions({ profile, spec }: VmDecisions): readonly QemuOption[] {
  const memory = {
    args: ['-m', String(spec.memoryMiB)],
    explanation: `Memory of the guest in MiB. The host gives it page by page when it is first used. Without it the guest has 128 MiB.`,
  }
  if (!spec.balloon) return [memory]
  return [
    memory,
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
