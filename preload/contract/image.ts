import { z } from 'zod'

import { failureSchema } from './failure.ts'
import { idSchema, vmArchitectures } from './vm-spec.ts'

/** `disk`: a system on a disk, ready to boot. `iso`: an installer or live CD. `root`: a container's root file system. */
export const imageKinds = ['disk', 'iso', 'root'] as const
export type ImageKind = (typeof imageKinds)[number]

export const imageFormats = [
  ...['qcow2', 'raw', 'vmdk', 'vdi', 'vpc', 'vhdx', 'iso'],
  ...['squashfs', 'tar', 'tar.gz', 'tar.xz', 'tar.zst'],
] as const
export type ImageFormat = (typeof imageFormats)[number]

/**
 * Why an image is believed to be what it says, from the strongest to nothing:
 * `signed`: a key that is pinned here signed its digest, or the image itself. `publisher-digest`: its publisher's digest,
 * fetched over https. `pinned`: a digest that Petri or the person names. `none`: nobody vouches; the person consented.
 */
export const imageTrusts = ['signed', 'publisher-digest', 'pinned', 'none'] as const
export type ImageTrust = (typeof imageTrusts)[number]

export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/)

/** What something is, in the words that lists are filtered by. */
const imageFacts = {
  kind: z.enum(imageKinds),
  format: z.enum(imageFormats),
  /** `ubuntu`, `debian`, …; '' where it is not known. */
  os: z.string().max(64),
  release: z.string().max(64),
  variant: z.string().max(64),
  /** As Debian says it: `amd64`, `arm64`, `armhf`, …; '' where it is not known. */
  architecture: z.string().max(32),
  /** QEMU's name of the same, where Petri drives machines of it. */
  vmArchitecture: z.enum(vmArchitectures).optional(),
  /** For people: `Ubuntu 24.04 LTS, server`. */
  title: z.string().max(200),
} as const

/** An image that can be downloaded. */
export const catalogueImageSchema = z.strictObject({
  /** Names the image, not one build of it: `ubuntu/24.04/amd64/server/disk@ubuntu`. */
  id: z.string().max(300),
  ...imageFacts,
  serverId: idSchema,
  /** The build: `20240423`; undefined where only the download will tell. */
  version: z.string().max(64).optional(),
  sizeBytes: z.number().optional(),
  /** What a download will prove at best, on this host. */
  trust: z.enum(imageTrusts),
  /** Why it is not more, and how to get more. */
  trustNote: z.string().optional(),
  /** In the store already, this very build. */
  digest: sha256Schema.optional(),
})
export type CatalogueImage = z.infer<typeof catalogueImageSchema>

export const imageUserSchema = z.strictObject({
  kind: z.enum(['vm', 'container']),
  id: z.string(),
  name: z.string(),
})
export type ImageUser = z.infer<typeof imageUserSchema>

/** An image that is here, checked. */
export const storedImageSchema = z.strictObject({
  digest: sha256Schema,
  /** Absolute; read-only, and shared by all who use it. */
  path: z.string(),
  ...imageFacts,
  sizeBytes: z.number(),
  trust: z.enum(imageTrusts),
  /** What was checked, in words: `Signed by 1234…, sha256 compared`. */
  trustNote: z.string().optional(),
  /** Id in the catalogue, the address, or the path that it came from. */
  source: z.string(),
  version: z.string().max(64).optional(),
  addedAt: z.iso.datetime(),
  /** Machines and containers that would break without it. */
  usedBy: z.array(imageUserSchema),
})
export type StoredImage = z.infer<typeof storedImageSchema>

export const imageServerSchema = z.strictObject({
  id: idSchema,
  title: z.string().max(120),
  /** Where `streams/v1/index.json` lies below; https. Undefined: the list that comes with Petri. */
  url: z.string().max(2000).optional(),
  /** Came with Petri; it can be switched off by removing it, and added again. */
  builtIn: z.boolean(),
  /** `signed`: its index is refused without a good signature. `unchecked`: it is signed, and the keyring is missing here. */
  signature: z.enum(['signed', 'unchecked', 'unsigned']),
  imageCount: z.int(),
  /** When its list was last read; undefined: never. */
  fetchedAt: z.iso.datetime().optional(),
  /** Why the last attempt to read it failed; what is listed is then what was read before. */
  failure: failureSchema.optional(),
})
export type ImageServer = z.infer<typeof imageServerSchema>

export const imageListSchema = z.strictObject({
  images: z.array(catalogueImageSchema),
  stored: z.array(storedImageSchema),
  servers: z.array(imageServerSchema),
  /** The last attempt to reach the servers reached none: only what is stored can be used. */
  offline: z.boolean(),
})
export type ImageList = z.infer<typeof imageListSchema>

const nothing = z.strictObject({})
const begun = z.strictObject({ jobId: idSchema })
const filePath = z.string().regex(/^\//, 'must be an absolute path').max(4095)
const httpsSchema = z.url({ protocol: /^https$/, error: 'must be an https address' }).max(2000)
const described = {
  title: z.string().min(1).max(200).optional(),
  architecture: z.string().max(32).optional(),
}

/**
 * `image.pull` by id or by address, and `image.import`, are jobs; `result` of a done one is
 * `{ digest, path, format, kind, architecture, vmArchitecture?, trust }`.
 */
export const imageCalls = {
  'image.list': { params: nothing, result: imageListSchema },
  /** Reads the servers' lists anew, as a job: all of them, or one. */
  'image.refresh': { params: z.strictObject({ serverId: idSchema.optional() }), result: begun },
  'image.pull': {
    params: z.union([
      z.strictObject({ id: z.string().max(300), acceptUnverified: z.boolean().default(false) }),
      z.strictObject({
        url: httpsSchema,
        sha256: sha256Schema.optional(),
        /** As its publisher tells it; the download stops where it does not fit. */
        sizeBytes: z.int().positive().optional(),
        acceptUnverified: z.boolean().default(false),
        ...described,
      }),
    ]),
    result: begun,
  },
  /** Copies a file of this computer into the store. */
  'image.import': {
    params: z.strictObject({ path: filePath, sha256: sha256Schema.optional(), ...described }),
    result: begun,
  },
  /** Gives up one image that nobody uses. */
  'image.remove': {
    params: z.strictObject({ digest: sha256Schema }),
    result: z.strictObject({ freedBytes: z.number() }),
  },
  /** Gives up everything that nobody uses, unfinished downloads included; `dryRun` only counts. */
  'image.prune': {
    params: z.strictObject({ dryRun: z.boolean().default(false) }),
    result: z.strictObject({ removed: z.array(sha256Schema), freedBytes: z.number() }),
  },
  'image.addServer': {
    params: z.strictObject({
      url: httpsSchema,
      title: z.string().min(1).max(120).optional(),
      /** A keyring file; with it, the index must be signed by one of `fingerprints`. */
      keyring: filePath.optional(),
      fingerprints: z
        .array(z.string().regex(/^[0-9A-Fa-f]{40}([0-9A-Fa-f]{24})?$/))
        .max(16)
        .default([]),
    }),
    result: z.strictObject({ id: idSchema }),
  },
  'image.removeServer': { params: z.strictObject({ id: idSchema }), result: nothing },
} as const

export const imageEventSchemas = [
  /** Something about images has changed; whoever shows them asks again. */
  z.strictObject({ kind: z.literal('image.changed') }),
] as const
