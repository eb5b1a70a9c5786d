import type { VmDecisions } from '../vm/vm-decisions.ts'
import { runtimeSandboxFolder } from '../vm/sandbox-paths.ts'
import { keyedOption, type QemuOption } from './qemu-option.ts'

/** Who the machine is, and what QEMU itself may not do. */
export function baseOptions({ spec, mode, names }: VmDecisions): readonly QemuOption[] {
  return [
    keyedOption(
      '-name',
      undefined,
      { guest: spec.name, process: `petri-${spec.id}` },
      'The name of the machine, and of its process in ps and top; without it every machine is called qemu.',
    ),
    {
      args: ['-uuid', spec.uuid],
      explanation:
        'The identity of the machine: the guest sees it as its hardware UUID, and Petri knows its machines again by it.',
    },
    {
      args: ['-no-user-config'],
      explanation: 'Ignores configuration files of QEMU on this host, so that this line alone says what runs.',
    },
    {
      args: ['-nodefaults'],
      explanation: 'Adds no device that is not named here; without it QEMU adds a network card, a CD drive and more.',
    },
    keyedOption(
      '-sandbox',
      'on',
      { obsolete: 'deny', elevateprivileges: 'deny', spawn: 'deny', resourcecontrol: 'deny' },
      'Takes system calls from QEMU that a machine never needs, such as starting programs; a guest that breaks out of QEMU finds less to use.',
    ),
    {
      args: ['-msg', 'timestamp=off'],
      explanation: 'Messages of QEMU without the time, as Petri notes the time itself.',
    },
    ...(mode.kind === 'service'
      ? [
          {
            args: ['-pidfile', `${runtimeSandboxFolder}/${names.pidFile}`],
            explanation:
              'A file that QEMU keeps locked while it lives: the proof that this machine runs, even after Petri was restarted.',
          },
        ]
      : []),
  ]
}
