import { runtimeSandboxFolder } from '../vm/sandbox-paths.ts'
import type { VmDecisions } from '../vm/vm-decisions.ts'
import { jsonOption, keyedOption, type QemuOption } from './qemu-option.ts'

/**
 * A TPM 2.0, emulated by swtpm on a socket beside QEMU. A throwaway run goes without: its state cannot be thrown away
 * together with the disks' changes, and a sealed key that moved on would lock the machine out afterwards.
 */
export function tpmOptions({ mode, names, profile }: VmDecisions): readonly QemuOption[] {
  if (names.swtpm === undefined || profile.tpm === undefined || mode.kind === 'throwaway') return []
  return [
    keyedOption(
      '-chardev',
      'socket',
      { id: 'tpm', path: `${runtimeSandboxFolder}/${names.swtpm}` },
      'The socket of swtpm, the program that emulates the chip.',
    ),
    keyedOption('-tpmdev', 'emulator', { id: 'tpm0', chardev: 'tpm' }, 'Makes a TPM of it for the device below.'),
    jsonOption(
      '-device',
      { driver: profile.tpm, id: 'tpm-device0', tpmdev: 'tpm0' },
      'The TPM 2.0 chip of the guest, which keeps keys; some systems do not install without it.',
    ),
  ]
}
