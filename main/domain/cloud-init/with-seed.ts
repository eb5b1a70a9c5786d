import type { VmDraft } from '#contract/vm-spec'
import { defaultMachineType } from '../vm/machine-profile.ts'

/** The seed's name in the machine's folder. */
export const seedFile = 'seed.iso'

/** A draft with the cloud-init CD in a drive of its own, unless one has it. */
export function withSeed(draft: VmDraft): VmDraft {
  if (draft.cdroms.some((drive) => drive.path === seedFile)) return draft
  const ids = new Set(draft.cdroms.map((drive) => drive.id))
  let id = 'seed'
  for (let number = 2; ids.has(id); number += 1) id = `seed${number}`
  return { ...draft, cdroms: [...draft.cdroms, { id, path: seedFile, bus: busOf(draft) }] }
}

function busOf(draft: VmDraft): VmDraft['cdroms'][number]['bus'] {
  const machineType = draft.machineType ?? defaultMachineType(draft.architecture)
  if (/^(?:pc$|pc-i440fx)/.test(machineType)) return 'ide'
  return /q35/.test(machineType) ? 'sata' : 'virtio-scsi'
}
