import { z } from 'zod'

/** One system of osinfo-db, in the few fields that are used here; kept as JSON in the cache. */
export const osinfoEntrySchema = z.object({
  /** An address, by which entries name each other. */
  id: z.string(),
  shortId: z.string(),
  name: z.string(),
  version: z.string(),
  family: z.string(),
  releaseDate: z.string().optional(),
  endOfLife: z.string().optional(),
  derivesFrom: z.string().optional(),
  needsUefi: z.boolean(),
  /** In the units of the file: bytes. */
  resources: z.array(
    z.object({
      arch: z.string(),
      minimum: z.object({ ram: z.number().optional(), storage: z.number().optional(), cpus: z.number().optional() }),
      recommended: z.object({
        ram: z.number().optional(),
        storage: z.number().optional(),
        cpus: z.number().optional(),
      }),
    }),
  ),
  media: z.array(
    z.object({
      arch: z.string(),
      volumeId: z.string().optional(),
      systemId: z.string().optional(),
      publisherId: z.string().optional(),
      applicationId: z.string().optional(),
      volumeBytes: z.number().optional(),
    }),
  ),
})
export type OsinfoEntry = z.infer<typeof osinfoEntrySchema>

function asList(value: unknown): unknown {
  if (value === undefined) return []
  return Array.isArray(value) ? (value satisfies unknown[]) : [value]
}

const list = <T extends z.ZodType>(item: T) => z.preprocess(asList, z.array(item))
/** An element with attributes is an object, one without them a text. */
const words = z.preprocess(
  (value) => (typeof value === 'object' && value !== null && '#text' in value ? value['#text'] : value),
  z.coerce.string(),
)
const amounts = z
  .object({
    ram: z.coerce.number().optional(),
    storage: z.coerce.number().optional(),
    'n-cpus': z.coerce.number().optional(),
  })
  .catch({})
const isoSchema = z.object({
  'volume-id': words.optional(),
  'system-id': words.optional(),
  'publisher-id': words.optional(),
  'application-id': words.optional(),
  'volume-size': z.coerce.number().optional().catch(undefined),
})
const fileSchema = z.object({
  libosinfo: z.object({
    os: z.object({
      '@id': z.string(),
      'short-id': list(words),
      name: list(words),
      version: words.catch(''),
      family: words.catch('other'),
      'release-date': words.optional(),
      'eol-date': words.optional(),
      'derives-from': list(z.object({ '@id': z.string() })),
      firmware: list(z.object({ '@type': z.string().optional(), '@supported': z.string().optional() })),
      resources: list(
        z.object({ '@arch': z.string().catch('all'), minimum: amounts.optional(), recommended: amounts.optional() }),
      ),
      media: list(z.object({ '@arch': z.string().catch('all'), iso: list(isoSchema) })),
    }),
  }),
})

/** The entry of one parsed file (`@` before attributes); undefined: the file describes no system that can be used. */
export function osinfoEntry(parsed: unknown): OsinfoEntry | undefined {
  const file = fileSchema.safeParse(parsed)
  if (!file.success) return undefined
  const { os } = file.data.libosinfo
  const amountsOf = (given: z.infer<typeof amounts> = {}) => ({
    ram: given.ram,
    storage: given.storage,
    cpus: given['n-cpus'],
  })
  return {
    id: os['@id'],
    shortId: os['short-id'][0] ?? '',
    name: os.name[0] ?? '',
    version: os.version,
    family: os.family,
    releaseDate: os['release-date'],
    endOfLife: os['eol-date'],
    derivesFrom: os['derives-from'][0]?.['@id'],
    needsUefi: os.firmware.some((each) => each['@type'] === 'bios' && each['@supported'] === 'false'),
    resources: os.resources.map((each) => ({
      arch: each['@arch'],
      minimum: amountsOf(each.minimum),
      recommended: amountsOf(each.recommended),
    })),
    media: os.media.flatMap((medium) =>
      medium.iso.map((iso) => ({
        arch: medium['@arch'],
        volumeId: iso['volume-id'],
        systemId: iso['system-id'],
        publisherId: iso['publisher-id'],
        applicationId: iso['application-id'],
        volumeBytes: iso['volume-size'],
      })),
    ),
  }
}
