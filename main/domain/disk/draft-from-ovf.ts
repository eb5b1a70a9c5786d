import { type VmDraft, vmDraftSchema } from '#contract/vm-spec'
import { z } from 'zod'

import type { OvfMachine } from './ovf-machine.ts'

/** Of Petri's own description, what a stranger may choose: nothing that names a file or opens a port to others. */
const petriDraftSchema = z.object({
  ...vmDraftSchema.omit({ kernel: true, cdroms: true, accelerator: true, disks: true, nestedVirtualization: true })
    .shape,
  disks: z.array(z.object({ bus: z.string(), cache: z.string(), discard: z.string(), readOnly: z.boolean() })),
})

/** A draft for a machine out of an OVF. Its disks are qcow2 files in the machine's folder, one for each of the OVF's. */
export function draftFromOvf(
  machine: OvfMachine,
  name: string,
): { readonly draft: VmDraft; readonly dropped: readonly string[] } {
  const own = ownDraft(machine)
  const disks = machine.disks.map((disk, index) => ({
    id: `disk${index}`,
    path: `disk${index}.qcow2`,
    format: 'qcow2',
    bus: disk.bus,
    ...own?.disks[index],
  }))
  if (own) {
    const networks = own.networks.map((network) => ({
      ...network,
      backend:
        network.backend.kind === 'user'
          ? {
              ...network.backend,
              forwards: network.backend.forwards.filter(({ hostAddress }) => hostAddress === '127.0.0.1'),
            }
          : network.backend,
    }))
    const draft = vmDraftSchema.safeParse({ ...own, name, disks, networks })
    // What other programs changed in the standard part meanwhile does not count: it is Petri's own machine again.
    if (draft.success) return { draft: draft.data, dropped: [] }
  }
  const draft = vmDraftSchema.parse({
    name,
    architecture: 'x86_64',
    cpu: { cores: machine.cpus },
    memoryMiB: machine.memoryMiB,
    firmware: machine.uefi ? { kind: 'uefi' } : { kind: 'bios' },
    ...(machine.disks.some((disk) => disk.bus === 'ide') && !machine.uefi && { machineType: 'pc' }),
    disks: disks.map((disk) => ({ ...disk, bus: machine.uefi && disk.bus === 'ide' ? 'sata' : disk.bus })),
    networks: machine.networks.map((model, index) => ({ id: `net${index}`, model, backend: { kind: 'user' } })),
    display: { kind: 'vnc', device: 'std' },
    balloon: false,
    rng: false,
  })
  return { draft, dropped: machine.dropped }
}

function ownDraft(machine: OvfMachine) {
  if (machine.petri === undefined) return undefined
  const parsed = petriDraftSchema.safeParse(jsonOf(machine.petri))
  return parsed.success && parsed.data.disks.length === machine.disks.length ? parsed.data : undefined
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
