import { z } from 'zod'

import { problemSchema } from './problem.ts'
import { idSchema, nameSchema, vmSpecSchema } from './vm-spec.ts'

/** The tag of a snapshot inside its disks, too. */
export const snapshotIdSchema = z.string().regex(/^snap-[0-9a-f]{12}$/)

export const snapshotNotesSchema = z.string().max(5_000)

/** One state that a machine can go back to. */
export const snapshotSchema = z.strictObject({
  id: snapshotIdSchema,
  name: nameSchema,
  notes: snapshotNotesSchema,
  createdAt: z.iso.datetime(),
  /** The snapshot that the machine stood on when this one was made; null: none. */
  parent: snapshotIdSchema.nullable(),
  /** With the guest's memory: going back to it goes on in the middle of the work. */
  memory: z.boolean(),
  /** Of the saved memory; 0 without. */
  memoryBytes: z.number(),
  /** What had been written to the disks since the parent, as far as they grew by it. */
  diskBytes: z.number(),
  /** Made by Petri before something that would have lost a state. */
  automatic: z.boolean(),
  /** There is a picture of the screen; `snapshot.thumbnail` gives it. */
  thumbnail: z.boolean(),
})
export type Snapshot = z.infer<typeof snapshotSchema>

/** Everything about a machine's snapshots at one moment. */
export const snapshotListingSchema = z.strictObject({
  /** Oldest first. */
  snapshots: z.array(snapshotSchema),
  here: z.strictObject({
    /** What the machine's present state goes back to; null: to none of them. */
    parent: snapshotIdSchema.nullable(),
    /** Whether anything was written since, or may have been: the machine runs, or its disks have changed. */
    changed: z.boolean(),
    /** How far the disks grew since. */
    changedBytes: z.number(),
  }),
  /** Why none can be made now; empty: it can. Warnings tell what will be left out. */
  problems: z.array(problemSchema),
  /** Whether one that is made now would hold the guest's memory. */
  canHoldMemory: z.boolean(),
  /** What one could need at most, and what is free where the machine's files are. */
  neededBytes: z.number(),
  freeBytes: z.number(),
  /** Records that cannot be read: kept as they are. */
  damaged: z.array(z.strictObject({ file: z.string(), reason: z.string() })),
})
export type SnapshotListing = z.infer<typeof snapshotListingSchema>

/** What an action would mean, said before it is done. */
export const snapshotOutlookSchema = z.strictObject({
  /** What will be gone, a sentence each; empty: nothing. */
  losses: z.array(z.string()),
  /** What happens otherwise, a sentence each. */
  effects: z.array(z.string()),
  /** Why it cannot be done now. */
  problems: z.array(problemSchema),
})
export type SnapshotOutlook = z.infer<typeof snapshotOutlookSchema>

const nothing = z.strictObject({})
const vm = z.strictObject({ id: idSchema })
const snapshot = z.strictObject({ id: idSchema, snapshotId: snapshotIdSchema })
const job = z.strictObject({ jobId: idSchema })

/** `id` is the machine's. What takes long answers with a job, whose result is named here. */
export const snapshotCalls = {
  'snapshot.list': { params: vm, result: snapshotListingSchema },
  'snapshot.show': {
    params: snapshot,
    result: z.strictObject({ snapshot: snapshotSchema, spec: vmSpecSchema }),
  },
  /** A PNG, base64; null where there is no picture. */
  'snapshot.thumbnail': { params: snapshot, result: z.strictObject({ base64: z.string().nullable() }) },
  /** Job result: `{ snapshotId }`. `memory: false` leaves the memory of a running machine out. */
  'snapshot.create': {
    params: z.strictObject({
      id: idSchema,
      name: nameSchema.optional(),
      notes: snapshotNotesSchema.default(''),
      memory: z.boolean().default(true),
    }),
    result: job,
  },
  /** What reverting or deleting would mean now. Changes nothing. */
  'snapshot.outlook': {
    params: snapshot.extend({ action: z.enum(['revert', 'delete']) }),
    result: snapshotOutlookSchema,
  },
  /**
   * Goes back. With memory the machine then runs (or is paused, as it was saved); without, it is off.
   * `keepPresent`: makes a snapshot of the present state before, where that state is not in one already.
   * Job result: `{ keptAs: string | null }`, the id of that snapshot.
   */
  'snapshot.revert': {
    params: snapshot.extend({ memory: z.boolean().default(true), keepPresent: z.boolean().default(true) }),
    result: job,
  },
  /** Deletes one state; those made after it stay. Job result: `{}`. */
  'snapshot.delete': { params: snapshot, result: job },
  'snapshot.note': {
    params: snapshot.extend({ name: nameSchema.optional(), notes: snapshotNotesSchema.optional() }),
    result: nothing,
  },
  /**
   * Makes another machine of this one. `full`: every byte of its own. `linked`: only what differs from the source,
   * which must then stay. `snapshotId`: of that state instead of the present one. Job result: `{ id }`.
   */
  'vm.clone': {
    params: z.strictObject({
      id: idSchema,
      name: nameSchema.optional(),
      kind: z.enum(['full', 'linked']).default('full'),
      snapshotId: snapshotIdSchema.optional(),
    }),
    result: job,
  },
  /** The machines whose disks lie upon this one's: they would not start without it. */
  'vm.dependants': {
    params: vm,
    result: z.array(z.strictObject({ id: idSchema, name: z.string() })),
  },
} as const

export const snapshotEventSchemas = [
  /** Something about the snapshots of this machine is not as it was. */
  z.strictObject({ kind: z.literal('snapshot.changed'), vmId: idSchema }),
] as const
