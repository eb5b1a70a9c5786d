import { z } from 'zod'

import { problemSchema } from './problem.ts'
import { diskImportsSchema } from './vm-build.ts'
import { idSchema, nameSchema, tagSchema, vmDraftSchema, vmSpecSchema } from './vm-spec.ts'
import { commandDiffSchema, vmAccelerationSchema, vmCommandSchema, vmDetailSchema, vmEntrySchema } from './vm-state.ts'

const nothing = z.strictObject({})
const vm = z.strictObject({ id: idSchema })

/** A machine in the trash. `trashId` is what `vm.restore` takes. */
export const trashedVmSchema = z.strictObject({
  trashId: z.string(),
  id: z.string(),
  name: z.string(),
  deletedAt: z.iso.datetime(),
  /** What emptying gives back, in bytes: space that its files alone take up. */
  sizeBytes: z.number(),
  /** Linked clones in the trash that can only come back while this machine's disks are there. */
  neededBy: z.array(z.strictObject({ trashId: z.string(), name: z.string() })),
})
export type TrashedVm = z.infer<typeof trashedVmSchema>

/** The calls about machines. */
export const vmCalls = {
  'vm.list': { params: nothing, result: z.array(vmEntrySchema) },
  'vm.show': { params: vm, result: vmDetailSchema },
  /** What would happen with this draft or this stored machine: every problem, and the exact command. Changes nothing. */
  'vm.preview': {
    /** `newDisks` as in `vm.create`: disks that do not exist yet are no problem. A whole spec is a draft, too. */
    params: z.strictObject({
      draft: z.unknown(),
      newDisks: z.record(idSchema, z.number().int().positive()).default({}),
      /** As in `vm.build`: disks that are elsewhere still, and a cloud-init CD that is not made yet. */
      imports: diskImportsSchema.default({}),
      seed: z.boolean().default(false),
    }),
    result: z.strictObject({
      problems: z.array(problemSchema),
      command: vmCommandSchema.optional(),
      acceleration: vmAccelerationSchema.optional(),
    }),
  },
  'vm.command': { params: vm, result: vmCommandSchema },
  /** The command as it is now beside that of the last start. */
  'vm.commandDiff': { params: vm, result: commandDiffSchema },
  /** The same command as a shell script that makes what it needs and runs without Petri. */
  'vm.script': { params: vm, result: z.strictObject({ script: z.string() }) },
  /** `newDisks`: disks to make in the machine's folder, in bytes, by the draft's disk id. */
  'vm.create': {
    params: z.strictObject({
      draft: vmDraftSchema,
      newDisks: z.record(idSchema, z.number().int().positive()).default({}),
    }),
    result: z.strictObject({ id: idSchema }),
  },
  /**
   * Replaces the whole spec; id, uuid, version and createdAt must be the stored ones. Of a running machine only what it
   * takes while it runs may differ, and that is done at once. `newDisks` as in `vm.create`.
   */
  'vm.update': {
    params: z.strictObject({
      spec: vmSpecSchema,
      newDisks: z.record(idSchema, z.number().int().positive()).default({}),
    }),
    result: nothing,
  },
  /** Takes a machine file that was edited by hand, or reports what is wrong with it. */
  'vm.accept': { params: vm, result: nothing },
  'vm.rename': { params: z.strictObject({ id: idSchema, name: nameSchema }), result: nothing },
  /** Adds and removes tags, whether the machine runs or not; a tag that is there already, or is not, is no failure. */
  'vm.tag': {
    params: z.strictObject({
      id: idSchema,
      add: z.array(tagSchema).max(32).default([]),
      remove: z.array(tagSchema).max(32).default([]),
    }),
    result: z.strictObject({ tags: z.array(z.string()) }),
  },
  /** A full clone whose end is waited for; `vm.clone` is the same as a job. */
  'vm.duplicate': {
    params: z.strictObject({ id: idSchema, name: nameSchema.optional() }),
    result: z.strictObject({ id: idSchema }),
  },
  /** Moves the machine's folder to the trash; `vm.restore` brings it back. */
  'vm.delete': { params: vm, result: z.strictObject({ trashId: z.string() }) },
  /** What lies in the trash, newest first. */
  'vm.trash.list': { params: nothing, result: z.array(trashedVmSchema) },
  /** Deletes machines in the trash for good, all of them without `trashIds`. One goes only with what needs it. */
  'vm.trash.empty': {
    params: z.strictObject({ trashIds: z.array(z.string().max(80)).max(10_000).optional() }),
    result: z.strictObject({ removed: z.int(), freedBytes: z.number() }),
  },
  'vm.restore': { params: z.strictObject({ trashId: z.string() }), result: z.strictObject({ id: idSchema }) },
  'vm.start': { params: vm, result: nothing },
  /** Starts, one after the other as one job, the machines that are off and have `autostart`; no job when there are none. */
  'vm.autostart': { params: nothing, result: z.strictObject({ jobId: z.string().optional() }) },
  'vm.pause': { params: vm, result: nothing },
  'vm.resume': { params: vm, result: nothing },
  'vm.reset': { params: vm, result: nothing },
  /** Asks the guest over ACPI; after `deadlineMs` without effect the state says `shutdownIgnored`. */
  'vm.shutdown': {
    params: z.strictObject({ id: idSchema, deadlineMs: z.int().min(1000).max(3_600_000).default(60_000) }),
    result: nothing,
  },
  'vm.powerOff': { params: vm, result: nothing },
  'vm.suspend': { params: vm, result: nothing },
  /** Forgets a saved memory state, so that the next start boots afresh. */
  'vm.discardSuspended': { params: vm, result: nothing },
  /** A run in a terminal whose changes are thrown away; it ends with its console. */
  'vm.throwaway': {
    params: z.strictObject({ id: idSchema, cols: z.int().min(1).max(1000), rows: z.int().min(1).max(1000) }),
    result: z.strictObject({ runId: idSchema }),
  },
} as const

export const vmEventSchemas = [
  z.strictObject({ kind: z.literal('vm.changed'), entry: vmEntrySchema }),
  z.strictObject({ kind: z.literal('vm.removed'), id: z.string() }),
] as const
