import { z } from 'zod'

import { absolutePathSchema } from './disk.ts'
import { idSchema } from './vm-spec.ts'

/** Most entries of a file system that are listed. */
export const LISTED_MAX = 50_000

/** A path inside a disk: from its root on, without `.` and `..`, `/` between the names; empty: the root itself. */
const innerPathSchema = z
  .string()
  .max(4095)
  .refine((path) => !/[\0\n]/.test(path), 'must be one line')
  .refine(
    (path) => path === '' || path.split('/').every((name) => name !== '' && name !== '.' && name !== '..'),
    'must be names with / between them',
  )

/** A file system on a disk: the disk, what lies below it, and the partition, 0 for one over the whole disk. */
const place = {
  path: absolutePathSchema,
  backing: z.array(absolutePathSchema).max(64).default([]),
  partition: z.int().min(0).max(128).default(0),
}

export const innerEntrySchema = z.strictObject({
  name: z.string(),
  kind: z.enum(['file', 'folder', 'link', 'other']),
  sizeBytes: z.number(),
  modified: z.iso.datetime(),
})
export type InnerEntry = z.infer<typeof innerEntrySchema>

/** The calls that read files inside a disk. A small guest without network mounts it read-only; Petri never does. */
export const diskFilesCalls = {
  /** Lists a file system. Job result: `{ fileSystem, entries, more }`; `disk.folder` then gives its folders. */
  'disk.files': { params: z.strictObject(place), result: z.strictObject({ jobId: idSchema }) },
  /** One folder of a file system that was listed since Petri started and has not changed. */
  'disk.folder': {
    params: z.strictObject({ ...place, folder: innerPathSchema.default('') }),
    result: z.strictObject({ entries: z.array(innerEntrySchema), more: z.boolean() }),
  },
  /**
   * Copies files and folders out into a new folder. Links, devices and what else is no file stay behind. Job result:
   * `{ target, files, bytes, leftOut }`.
   */
  'disk.copyOut': {
    params: z.strictObject({ ...place, names: z.array(innerPathSchema).min(1).max(1000), target: absolutePathSchema }),
    result: z.strictObject({ jobId: idSchema }),
  },
} as const
