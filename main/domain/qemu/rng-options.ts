import type { VmDecisions } from '../vm/vm-decisions.ts'
import { jsonOption, type QemuOption } from './qemu-option.ts'

/** A source of randomness. */
export function rngOptions({ profile, spec }: VmDecisions): readonly QemuOption[] {
  if (!spec.rng) return []
  return [
    jsonOption(
      '-object',
      { 'qom-type': 'rng-builtin', id: 'rng0' },
      "Randomness from QEMU itself, which takes it from the host's kernel and needs no file.",
    ),
    jsonOption(
      '-device',
      { driver: `virtio-rng-${profile.virtio}`, id: 'rng-device0', rng: 'rng0' },
      'Hands that randomness to the guest; without it a fresh guest may wait long for its first keys.',
    ),
  ]
}
