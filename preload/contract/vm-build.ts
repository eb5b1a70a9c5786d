import { z } from 'zod'

import { cloudInitSchema } from './cloud-init.ts'
import { idSchema, vmDraftSchema } from './vm-spec.ts'

/** A disk image that becomes the machine's own. `move` removes the original, once the machine is there. */
export const diskImportSchema = z.strictObject({
  from: z.string().regex(/^\//, 'must be an absolute path').max(4095),
  mode: z.enum(['copy', 'move']),
  /** Of a raw original that becomes a qcow2 disk on the way, as raw disks hold no snapshots. */
  convertFrom: z.literal('raw').optional(),
})
export type DiskImport = z.infer<typeof diskImportSchema>

/** Files to be brought in, by the draft's disk id; the disk's path is then its name in the machine's folder. */
export const diskImportsSchema = z.record(idSchema, diskImportSchema)

export const vmBuildCalls = {
  /**
   * As `vm.create`, for what takes time: disks are copied or moved in, a cloud-init CD is made. A job; `result` of a done
   * one is `{ id }`.
   */
  'vm.build': {
    params: z.strictObject({
      draft: vmDraftSchema,
      newDisks: z.record(idSchema, z.number().int().positive()).default({}),
      imports: diskImportsSchema.default({}),
      cloudInit: cloudInitSchema.optional(),
    }),
    result: z.strictObject({ jobId: idSchema }),
  },
  /** Marks a machine that is off as a template, which cannot start and is cloned, or makes it a machine again. */
  'vm.setTemplate': {
    params: z.strictObject({ id: idSchema, template: z.boolean() }),
    result: z.strictObject({}),
  },
} as const
