import { z } from 'zod'

import type { MachineProfile } from '../../../domain/vm/machine-profile.ts'
import { RefusedError } from '../../refused-error.ts'
import type { VmSession } from '../vm-session.ts'

const pciSchema = z.array(
  z.object({
    devices: z.array(
      z.object({
        qdev_id: z.string(),
        pci_bridge: z.object({ devices: z.array(z.unknown()).optional() }).optional(),
      }),
    ),
  }),
)

/**
 * An empty root port of the running machine; undefined on boards whose own bus takes devices at any time. Asked of QEMU
 * each time, so that it is right after Petri came back, too.
 */
export async function freePort(session: VmSession, profile: MachineProfile): Promise<string | undefined> {
  if (profile.spareRootPorts === 0) return undefined
  const buses = pciSchema.parse(await session.execute('query-pci'))
  const free = buses
    .flatMap(({ devices }) => devices)
    .find(({ qdev_id, pci_bridge }) => /^hotplug\d+$/.test(qdev_id) && (pci_bridge?.devices ?? []).length === 0)
  if (free) return free.qdev_id
  throw new RefusedError({
    code: 'conflict',
    title: 'The machine has no free place for another device',
    cause: `It was started with ${profile.spareRootPorts} ports for devices that come later, and all are taken.`,
    cure: { text: 'Take a device out that was plugged in before, or shut the machine down and add it then.' },
  })
}
