import { initrdSandboxPath, kernelSandboxPath } from '../vm/sandbox-paths.ts'
import type { VmDecisions } from '../vm/vm-decisions.ts'
import { keyedOption, type QemuOption } from './qemu-option.ts'

/** What the machine boots, and the clock it finds. */
export function bootOptions({ spec }: VmDecisions): readonly QemuOption[] {
  return [...orderOptions(spec), ...kernelOptions(spec), rtcOption(spec)]
}

function orderOptions(spec: VmDecisions['spec']): readonly QemuOption[] {
  return [
    keyedOption(
      '-boot',
      undefined,
      { strict: 'on', ...(spec.boot.menu ? { menu: 'on', 'splash-time': '5000' } : {}) },
      'Boots only from devices that have a bootindex, lowest first. ' +
        (spec.boot.menu
          ? 'Shows a menu for five seconds before that.'
          : 'Without it the firmware goes on with every other device.'),
    ),
  ]
}

function kernelOptions({ kernel }: VmDecisions['spec']): readonly QemuOption[] {
  if (!kernel) return []
  return [
    {
      args: ['-kernel', kernelSandboxPath],
      explanation: 'Loads this kernel directly, without a boot loader or a disk.',
    },
    ...(kernel.initrdPath === undefined
      ? []
      : [
          {
            args: ['-initrd', initrdSandboxPath],
            explanation: 'The first root file system, which the kernel unpacks into memory.',
          },
        ]),
    ...(kernel.commandLine === ''
      ? []
      : [
          {
            args: ['-append', kernel.commandLine],
            explanation: "The kernel's command line; its console= decides whether anything appears on the serial port.",
          },
        ]),
  ]
}

function rtcOption(spec: VmDecisions['spec']): QemuOption {
  return keyedOption(
    '-rtc',
    undefined,
    { base: spec.rtc },
    spec.rtc === 'utc'
      ? 'The clock on the board holds UTC, as Linux and the BSDs expect.'
      : 'The clock on the board holds local time, as Windows expects.',
  )
}
