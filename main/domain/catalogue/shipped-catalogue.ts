import { z } from 'zod'

import { imageFormats, imageKinds } from '#contract/image'
import { debianArchitecture } from './architecture-names.ts'
import type { CatalogueEntry } from './catalogue-entry.ts'

const word = z.string().min(1).max(64)
const https = z.url({ protocol: /^https$/ })

/**
 * The list that comes with Petri (`assets/catalogue/shipped.json`): images of publishers who run no simplestreams server.
 * `{arch}` in addresses, names and patterns stands for the publisher's word for the architecture. Digests are never written
 * here; each entry says where its publisher keeps them.
 */
const shippedSchema = z.strictObject({
  version: z.literal(1),
  keys: z.record(
    word,
    z.strictObject({
      keyring: z.string().regex(/^\/usr\/share\/keyrings\//),
      package: word,
      fingerprints: z.array(z.string().regex(/^[0-9A-F]{40}$/)).min(1),
    }),
  ),
  images: z.array(
    z.strictObject({
      os: word,
      release: word,
      variant: word,
      kind: z.enum(imageKinds),
      format: z.enum(imageFormats),
      title: z.string().min(1).max(200),
      /** The publisher's words for the architectures it is made for. */
      architectures: z.array(word).min(1),
      folder: https.endsWith('/'),
      /** One of both: the file's name, or an anchored pattern for the name that the list of digests holds. */
      name: z.string().min(1).optional(),
      pattern: z.string().startsWith('^').endsWith('$').optional(),
      /** Its name in the folder: `SHA512SUMS`; `{name}` stands for the file's. */
      digests: z.strictObject({ algorithm: z.enum(['sha256', 'sha512']), name: z.string().min(1) }),
      signature: z
        .discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('clearsigned-list') }),
          z.strictObject({ kind: z.literal('detached'), over: z.enum(['list', 'image']), name: z.string().min(1) }),
        ])
        .optional(),
      /** Of the signature, in `keys`; without it no keyring package of Debian or Ubuntu is known that has the key. */
      keys: word.optional(),
    }),
  ),
})

export const SHIPPED_SERVER_ID = 'petri'

/** Reads the shipped list: one entry for each architecture. Throws when it is not as it should be: it is our own file. */
export function shippedCatalogue(text: string): readonly CatalogueEntry[] {
  const { images, keys } = shippedSchema.parse(JSON.parse(text))
  return images.flatMap((image) =>
    image.architectures.map((publishersWord): CatalogueEntry => {
      const fill = (text: string) => text.replaceAll('{arch}', publishersWord).replaceAll('{name}', fillName())
      const fillName = () => (image.name ?? '').replaceAll('{arch}', publishersWord)
      const folder = fill(image.folder)
      const architecture = debianArchitecture(publishersWord)
      const { signature } = image
      return {
        id: `${image.os}/${image.release}/${architecture}/${image.variant}/${image.kind}@${SHIPPED_SERVER_ID}`,
        serverId: SHIPPED_SERVER_ID,
        kind: image.kind,
        format: image.format,
        os: image.os,
        release: image.release,
        variant: image.variant,
        architecture,
        title: image.title,
        file:
          image.pattern === undefined
            ? { kind: 'url', url: `${folder}${fillName()}` }
            : { kind: 'named-by-list', folder, pattern: fill(image.pattern) },
        digest: { kind: 'list', algorithm: image.digests.algorithm, url: `${folder}${fill(image.digests.name)}` },
        signature:
          signature?.kind === 'detached'
            ? { kind: 'detached', over: signature.over, url: `${folder}${fill(signature.name)}` }
            : signature,
        keys: image.keys === undefined ? undefined : keys[image.keys],
        signedIndex: false,
      }
    }),
  )
}
