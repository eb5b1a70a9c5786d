import type { SerialDevice } from '../vm/machine-profile.ts'
import { runtimeSandboxFolder } from '../vm/sandbox-paths.ts'
import type { VmDecisions } from '../vm/vm-decisions.ts'
import { jsonOption, keyedOption, type QemuOption } from './qemu-option.ts'

/** Each serial port: the socket or terminal it ends in, and the device. */
export function serialOptions(decisions: VmDecisions): readonly QemuOption[] {
  const devices = decisions.profile.serial.slice(0, decisions.spec.serialPorts)
  return devices.flatMap((device, port) => [
    ...(device === 'virtconsole' && port === 1 ? [virtioSerialBus] : []),
    chardevOption(decisions, port),
    deviceOption(device, port),
  ])
}

const virtioSerialBus = jsonOption(
  '-device',
  { driver: 'virtio-serial-ccw', id: 'vserial0' },
  'The bus for the virtio consoles below.',
)

function chardevOption({ mode, names }: VmDecisions, port: number): QemuOption {
  if (mode.kind === 'service') {
    return keyedOption(
      '-chardev',
      'socket',
      { id: `serial${port}`, path: `${runtimeSandboxFolder}/${names.serial[port]}`, server: 'on', wait: 'off' },
      `The socket behind serial port ${port}, which Petri's console opens; wait=off lets the guest start before anybody listens.`,
    )
  }
  return port === 0
    ? keyedOption(
        '-chardev',
        'stdio',
        { id: 'serial0', mux: 'on', signal: 'off' },
        "Serial port 0 is this terminal. Ctrl-C goes to the guest; Ctrl-A C changes to QEMU's monitor, Ctrl-A X ends the run.",
      )
    : keyedOption('-chardev', 'null', { id: `serial${port}` }, `Nobody listens at serial port ${port} during this run.`)
}

function deviceOption(device: SerialDevice, port: number): QemuOption {
  const chardev = `serial${port}`
  switch (device) {
    case 'on-board':
      return {
        args: ['-serial', `chardev:${chardev}`],
        explanation: 'Connects the serial port that the board has on it; the guest uses it by console= of its kernel.',
      }
    case 'spapr-vty':
      return jsonOption(
        '-device',
        { driver: device, id: `port${port}`, chardev, reg: 0x30000000 + 0x1000 * port },
        "A terminal of the POWER hypervisor: the guest's serial port (console=hvc0).",
      )
    case 'isa-serial':
    case 'pci-serial':
    case 'sclpconsole':
      return jsonOption(
        '-device',
        { driver: device, id: `port${port}`, chardev },
        `Serial port ${port} of the guest; its kernel writes there when its command line has a console= for it.`,
      )
    case 'virtconsole':
      return jsonOption(
        '-device',
        { driver: device, id: `port${port}`, chardev, bus: 'vserial0.0' },
        'A further console over virtio, as the board has one of its own only.',
      )
  }
}
