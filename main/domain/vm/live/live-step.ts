import { z } from 'zod'

import {
  diskSchema,
  filePathSchema,
  idSchema,
  networkSchema,
  portForwardSchema,
  type VmSpec,
  vmSpecSchema,
} from '#contract/vm-spec'

/** Fields that only people and Petri look at: the machine itself never sees them. */
export const describingFields = ['name', 'notes', 'tags', 'autostart'] as const

/**
 * One change that a machine takes while it runs. Data, so that a step that was under way when Petri ended can be found
 * in the record of the run and brought to its end.
 */
export const liveStepSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('describe'),
    values: vmSpecSchema.pick({ name: true, notes: true, tags: true, autostart: true }),
  }),
  z.strictObject({ kind: z.literal('remove-forward'), network: idSchema, forward: portForwardSchema }),
  z.strictObject({ kind: z.literal('eject-disc'), drive: idSchema }),
  z.strictObject({ kind: z.literal('remove-disk'), disk: idSchema }),
  z.strictObject({ kind: z.literal('remove-card'), network: idSchema }),
  z.strictObject({ kind: z.literal('add-disk'), disk: diskSchema }),
  z.strictObject({ kind: z.literal('add-card'), network: networkSchema }),
  z.strictObject({ kind: z.literal('insert-disc'), drive: idSchema, path: filePathSchema }),
  z.strictObject({ kind: z.literal('add-forward'), network: idSchema, forward: portForwardSchema }),
  z.strictObject({ kind: z.literal('set-memory'), memoryTargetMiB: z.int().optional() }),
])
export type LiveStep = z.infer<typeof liveStepSchema>

/** The spec after a step. A step that is in the spec already changes nothing. */
export function applyLiveStep(spec: VmSpec, step: LiveStep): VmSpec {
  switch (step.kind) {
    case 'describe':
      return { ...spec, ...step.values }
    case 'add-disk':
      return hasId(spec.disks, step.disk.id) ? spec : { ...spec, disks: [...spec.disks, step.disk] }
    case 'remove-disk':
      return { ...spec, disks: spec.disks.filter(({ id }) => id !== step.disk) }
    case 'add-card':
      return hasId(spec.networks, step.network.id) ? spec : { ...spec, networks: [...spec.networks, step.network] }
    case 'remove-card':
      return { ...spec, networks: spec.networks.filter(({ id }) => id !== step.network) }
    case 'insert-disc':
      return withDisc(spec, step.drive, step.path)
    case 'eject-disc':
      return withDisc(spec, step.drive, null)
    case 'add-forward':
      return withForwards(spec, step.network, (forwards) =>
        forwards.some((forward) => sameForward(forward, step.forward)) ? forwards : [...forwards, step.forward],
      )
    case 'remove-forward':
      return withForwards(spec, step.network, (forwards) =>
        forwards.filter((forward) => !sameForward(forward, step.forward)),
      )
    case 'set-memory': {
      const { memoryTargetMiB: _before, ...others } = spec
      return step.memoryTargetMiB === undefined ? others : { ...others, memoryTargetMiB: step.memoryTargetMiB }
    }
  }
}

type Forward = z.infer<typeof portForwardSchema>

export const sameForward = (a: Forward, b: Forward): boolean =>
  a.protocol === b.protocol &&
  a.hostAddress === b.hostAddress &&
  a.hostPort === b.hostPort &&
  a.guestPort === b.guestPort

const hasId = (list: readonly { readonly id: string }[], id: string) => list.some((item) => item.id === id)

function withDisc(spec: VmSpec, drive: string, path: string | null): VmSpec {
  return { ...spec, cdroms: spec.cdroms.map((cdrom) => (cdrom.id === drive ? { ...cdrom, path } : cdrom)) }
}

function withForwards(spec: VmSpec, network: string, change: (forwards: Forward[]) => Forward[]): VmSpec {
  return {
    ...spec,
    networks: spec.networks.map((card) =>
      card.id === network && card.backend.kind === 'user'
        ? { ...card, backend: { ...card.backend, forwards: change(card.backend.forwards) } }
        : card,
    ),
  }
}
