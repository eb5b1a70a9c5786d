import type { VmDecisions } from '../vm/vm-decisions.ts'
import { jsonOption, type QemuOption } from './qemu-option.ts'

/** Empty PCI Express ports: the root bus itself takes no device while the machine runs. */
export function hotplugOptions({ profile }: VmDecisions): readonly QemuOption[] {
  return Array.from({ length: profile.spareRootPorts }, (_, index) =>
    jsonOption(
      '-device',
      {
        driver: 'pcie-root-port',
        id: `hotplug${index}`,
        chassis: index + 1,
        addr: `0x1d.${index}`, // functions of one slot, above those that QEMU hands out itself
        ...(index === 0 ? { multifunction: true } : {}),
      },
      `An empty port (${index + 1} of ${profile.spareRootPorts}) for a device that is plugged in while the machine runs.`,
    ),
  )
}
