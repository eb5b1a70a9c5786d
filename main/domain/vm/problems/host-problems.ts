import type { Problem } from '#contract/problem'
import type { VmArchitecture, VmSpec } from '#contract/vm-spec'

import { chooseAccelerator } from '../choose-accelerator.ts'
import { chooseEmulator } from '../choose-emulator.ts'
import type { HostFacts, VmFacts } from '../host-facts.ts'
import { error } from './make-problem.ts'

/** The oldest QEMU whose options Petri speaks: JSON for `-device` came with it. */
const oldestQemu = [6, 2] as const

/** Programs that are missing on this host, or too old. */
export function hostProblems(spec: VmSpec, { host }: VmFacts): readonly Problem[] {
  return [...emulatorProblems(spec, host), ...sandboxProblems(host), ...tpmProgramProblems(spec, host)]
}

function emulatorProblems(spec: VmSpec, host: HostFacts): readonly Problem[] {
  const emulator = chooseEmulator(spec, chooseAccelerator(spec, host).accelerator, host)
  const install = `sudo apt install ${emulatorPackages[spec.architecture]}`
  if (!emulator) {
    return [
      error('architecture', 'qemu-missing', `QEMU for ${spec.architecture} is not installed on this host.`, install),
    ]
  }
  const version = emulator.version.join('.')
  const [major, minor] = emulator.version
  const isOld = major < oldestQemu[0] || (major === oldestQemu[0] && minor < oldestQemu[1])
  return [
    ...(isOld
      ? [
          error(
            'architecture',
            'qemu-too-old',
            `QEMU ${version} is too old: Petri needs ${oldestQemu.join('.')} or newer.`,
            'Upgrade the distribution, or install a newer QEMU.',
          ),
        ]
      : []),
    ...(emulator.path.startsWith('/usr/')
      ? []
      : [
          error(
            'architecture',
            'qemu-outside-usr',
            `${emulator.path} lies outside /usr, which is all of the system that the sandbox shows.`,
            `Use the distribution's QEMU (${install}), or install yours below /usr/local.`,
          ),
        ]),
  ]
}

function sandboxProblems(host: HostFacts): readonly Problem[] {
  if (host.bwrapPath !== undefined) return []
  return [
    error(
      '',
      'bubblewrap-missing',
      'bubblewrap is not installed, and Petri runs no machine without its sandbox.',
      'sudo apt install bubblewrap',
    ),
  ]
}

function tpmProgramProblems(spec: VmSpec, host: HostFacts): readonly Problem[] {
  if (!spec.tpm || host.swtpmPath !== undefined) return []
  return [
    error('tpm', 'swtpm-missing', 'The TPM needs swtpm, which is not installed.', 'sudo apt install swtpm swtpm-tools'),
  ]
}

/** Debian's packages; s390x is in qemu-system-misc up to Debian 13. */
const emulatorPackages: Readonly<Record<VmArchitecture, string>> = {
  x86_64: 'qemu-system-x86',
  i386: 'qemu-system-x86',
  aarch64: 'qemu-system-arm',
  arm: 'qemu-system-arm',
  riscv64: 'qemu-system-misc',
  ppc64: 'qemu-system-ppc',
  s390x: 'qemu-system-misc',
}
