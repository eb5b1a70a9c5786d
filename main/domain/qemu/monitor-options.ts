import { runtimeSandboxFolder } from '../vm/sandbox-paths.ts'
import type { VmDecisions } from '../vm/vm-decisions.ts'
import { keyedOption, type QemuOption } from './qemu-option.ts'

/** The ways to talk to QEMU itself. */
export function monitorOptions({ mode, names, spec }: VmDecisions): readonly QemuOption[] {
  if (mode.kind === 'service') {
    return [
      ...qmpOptions('qmp', names.qmp, 'for Petri'),
      ...qmpOptions('qmp-spare', names.qmpSpare, 'a second one for other programs, as a socket serves one at a time'),
    ]
  }
  return [
    ...(spec.serialPorts > 0
      ? []
      : [
          keyedOption(
            '-chardev',
            'stdio',
            { id: 'serial0', mux: 'on', signal: 'off' },
            'This terminal, for the monitor alone, as the machine has no serial port.',
          ),
        ]),
    keyedOption(
      '-mon',
      undefined,
      { chardev: 'serial0', mode: 'readline' },
      "QEMU's monitor shares the terminal with the serial port: Ctrl-A C changes between them.",
    ),
  ]
}

function qmpOptions(id: string, file: string, whom: string): readonly QemuOption[] {
  return [
    keyedOption(
      '-chardev',
      'socket',
      { id, path: `${runtimeSandboxFolder}/${file}`, server: 'on', wait: 'off' },
      `The socket of a control connection, ${whom}.`,
    ),
    keyedOption(
      '-mon',
      undefined,
      { chardev: id, mode: 'control' },
      'Speaks QMP on that socket: commands such as pause or shut down, and events when the state changes.',
    ),
  ]
}
