import { z } from 'zod'

import {
  absolutePathSchema,
  convertPlanSchema,
  convertWishSchema,
  diskInfoSchema,
  diskMapSchema,
  targetFormatSchema,
} from './disk.ts'
import { idSchema, nameSchema, vmDraftSchema } from './vm-spec.ts'

const begun = z.strictObject({ jobId: idSchema })
const chain = { path: absolutePathSchema, backing: z.array(absolutePathSchema).max(64).default([]) }
const sizeBytes = z
  .int()
  .positive()
  .max(2 ** 44)

/** The calls about disk files. Everything that may take longer than a moment is a job. */
export const diskCalls = {
  /** What a disk file is; opens nothing that it names. */
  'disk.info': { params: z.strictObject({ path: absolutePathSchema }), result: diskInfoSchema },
  /** The disk files in a folder, by name, without opening those below it. */
  'disk.list': {
    params: z.strictObject({ folder: absolutePathSchema }),
    result: z.strictObject({
      files: z.array(
        z.strictObject({
          path: z.string(),
          format: z.string().optional(),
          fileBytes: z.number(),
          refusal: z.string().optional(),
        }),
      ),
      /** The folder holds more than are listed. */
      more: z.boolean(),
    }),
  },
  'disk.map': {
    params: z.strictObject({ ...chain, cells: z.int().min(1).max(4096).default(512) }),
    result: diskMapSchema,
  },
  /** What `disk.convert` would do: the command, explained, and the space it needs. Throws what it would refuse. */
  'disk.plan': { params: convertWishSchema, result: convertPlanSchema },
  /** Job result: `{ source, target, seconds, bytes, verified, sourceSha256?, targetSha256? }`. */
  'disk.convert': { params: convertWishSchema, result: begun },
  'disk.create': {
    params: z.strictObject({
      path: absolutePathSchema,
      format: targetFormatSchema.default('qcow2'),
      sizeBytes: sizeBytes.optional(),
      options: z.record(z.string().max(40), z.string().max(80)).default({}),
      /** A new layer over this disk, whose files may be read. */
      over: absolutePathSchema.optional(),
      /** A file that holds the passphrase; makes an encrypted qcow2 (LUKS). */
      secretFile: absolutePathSchema.optional(),
    }),
    result: begun,
  },
  /** Job result: `{ errors, leaks, … , repaired, copy? }`; a repair works on the file after a copy was made beside it. */
  'disk.check': {
    params: z.strictObject({ ...chain, repair: z.enum(['none', 'leaks', 'all']).default('none') }),
    result: begun,
  },
  /** Job result: `{ before, after }` in bytes. Shrinking is refused unless the end of the disk is proved unused. */
  'disk.resize': {
    params: z.strictObject({ path: absolutePathSchema, sizeBytes, shrink: z.boolean().default(false) }),
    result: begun,
  },
  /** Job result: `{ before, after }`: what the file takes on the host's disk. */
  'disk.compact': { params: z.strictObject({ ...chain, verify: z.boolean().default(true) }), result: begun },
  /** Job result: `{ equal, firstDifference? }`. */
  'disk.compare': {
    params: z.strictObject({ a: absolutePathSchema, b: absolutePathSchema, backing: chain.backing }),
    result: begun,
  },
  /** Job result: `{ sha256, bytes }`. */
  'disk.checksum': { params: z.strictObject({ path: absolutePathSchema }), result: begun },
  /** Puts a layer over another disk below it; without `to`, the disk stands alone afterwards. */
  'disk.rebase': {
    params: z.strictObject({
      ...chain,
      to: absolutePathSchema.optional(),
      /** Only writes the new name: for a file that was moved. The content must be the same. */
      nameOnly: z.boolean().default(false),
    }),
    result: begun,
  },
  /** Writes what a layer changed into the disk below it. */
  'disk.commit': { params: z.strictObject(chain), result: begun },
  /** A copy of a whole chain as one file of the same format. */
  'disk.flatten': { params: z.strictObject({ ...chain, target: absolutePathSchema }), result: begun },
  /** Pieces of at most `pieceBytes` for FAT32, and a text that says how to join them. */
  'disk.split': {
    params: z.strictObject({
      path: absolutePathSchema,
      folder: absolutePathSchema,
      pieceBytes: z.int().min(1_048_576).max(4_294_967_295).default(4_290_772_992),
    }),
    result: begun,
  },
  /** A description of a machine for this disk, from what stands in it. */
  'disk.machine': {
    params: z.strictObject({ path: absolutePathSchema, name: nameSchema.optional() }),
    result: z.strictObject({ draft: vmDraftSchema, reasons: z.array(z.string()) }),
  },
  /** Makes a machine of an OVA or OVF. Job result: `{ id, name, dropped: [words], manifest: 'verified' | 'none' }`. */
  'disk.import': {
    params: z.strictObject({ path: absolutePathSchema, name: nameSchema.optional() }),
    result: begun,
  },
  /** Writes a machine that is off as an OVA. Job result: `{ target, bytes, dropped: [words], disks }`. */
  'disk.export': { params: z.strictObject({ id: idSchema, target: absolutePathSchema }), result: begun },
} as const
