import { z } from 'zod'

import { diskBuses, diskFormats, networkModels, vmArchitectures } from './vm-spec.ts'

/** What suits an operating system; the person decides. */
export const osRecommendationSchema = z.strictObject({
  memoryMiB: z.int().positive(),
  cpus: z.int().positive(),
  diskGiB: z.int().positive(),
  firmware: z.enum(['bios', 'uefi']),
  tpm: z.boolean(),
  diskBus: z.enum(diskBuses),
  networkModel: z.enum(networkModels),
})
export type OsRecommendation = z.infer<typeof osRecommendationSchema>

export const detectedOsSchema = z.strictObject({
  /** A short name for programs: `debian12`, `win11`. */
  id: z.string().max(100),
  name: z.string().max(200),
  /** Empty where the medium does not say. */
  version: z.string().max(40),
  family: z.enum(['linux', 'bsd', 'windows', 'other']),
  /** Undefined: the medium does not say. */
  architecture: z.enum(vmArchitectures).optional(),
  /** Who knew it: this host's osinfo-db, or the table that comes with Petri. */
  knownBy: z.enum(['osinfo-db', 'built-in']),
  /** Day after which its publisher no longer mends it, `YYYY-MM-DD`. */
  endOfLife: z.string().max(10).optional(),
  minimumMemoryMiB: z.int().positive().optional(),
  recommended: osRecommendationSchema,
})
export type DetectedOs = z.infer<typeof detectedOsSchema>

const found = {
  path: z.string(),
  sizeBytes: z.number().min(0),
  /** What to know about it, as a sentence. */ warning: z.string().optional(),
}

/** What a file turned out to be that a machine could start from. */
export const inspectedMediumSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    ...found,
    kind: z.literal('iso'),
    volumeId: z.string(),
    /** Undefined: nobody knows this medium; it can be used all the same. */
    os: detectedOsSchema.optional(),
  }),
  z.strictObject({ ...found, kind: z.literal('disk'), format: z.enum(diskFormats) }),
  z.strictObject({ ...found, kind: z.literal('kernel'), architecture: z.enum(vmArchitectures) }),
])
export type InspectedMedium = z.infer<typeof inspectedMediumSchema>

export const fileCalls = {
  /** Reads the beginning of a file and says what it is; refuses what no machine can start from, with the reason. */
  'file.inspect': { params: z.strictObject({ path: z.string().min(1).max(100_000) }), result: inspectedMediumSchema },
} as const
