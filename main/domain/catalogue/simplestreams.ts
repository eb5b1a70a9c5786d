import { z } from 'zod'

import type { ImageFormat, ImageKind } from '#contract/image'
import { debianArchitecture } from './architecture-names.ts'
import type { CatalogueEntry } from './catalogue-entry.ts'
import { relativeAddress } from './relative-address.ts'

/** No server has a tenth of this; a hostile one must not fill the memory. */
const MAX_PRODUCT_FILES = 32
const MAX_PRODUCTS = 20_000
const MAX_IMAGE_BYTES = 256 * 1024 ** 3

/** A list that is not what it should be; the message is the end of a sentence about the server. */
export class CatalogueFormatError extends Error {
  override readonly name = 'CatalogueFormatError'
}

const indexSchema = z.object({
  format: z.literal('index:1.0'),
  index: z.record(
    z.string(),
    z.object({ datatype: z.string().optional(), format: z.string().optional(), path: z.string() }).catch({ path: '' }),
  ),
})

/** Paths of the files that list images, as the index names them; lists of other things (`image-ids`) are passed over. */
export function productPaths(indexText: string): readonly string[] {
  const { index } = parse(indexSchema, indexText, 'its index')
  return Object.values(index)
    .filter((entry) => entry.datatype === 'image-downloads' && entry.format === 'products:1.0' && entry.path !== '')
    .map((entry) => entry.path)
    .slice(0, MAX_PRODUCT_FILES)
}

const word = z.string().max(64)
const itemSchema = z.object({
  ftype: z.string(),
  path: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/i),
  size: z.int().positive().max(MAX_IMAGE_BYTES),
})
const versionSchema = z.object({ items: z.record(z.string(), z.unknown()) })
const productSchema = z.object({
  arch: word.optional(),
  os: word.optional(),
  release: word.optional(),
  release_title: word.optional(),
  version: word.optional(),
  variant: word.optional(),
  versions: z.record(z.string(), z.unknown()),
})
const productsSchema = z.object({
  format: z.literal('products:1.0'),
  datatype: z.literal('image-downloads').optional(),
  products: z.record(z.string(), z.unknown()),
})

/** File types by what they are, the better one first. The keys of items are free text and say nothing. */
const wanted: readonly { readonly kind: ImageKind; readonly types: readonly (readonly [string, ImageFormat])[] }[] = [
  {
    kind: 'disk',
    types: [
      ['disk1.img', 'qcow2'],
      ['disk-kvm.img', 'qcow2'],
      ['uefi1.img', 'qcow2'],
    ],
  },
  {
    kind: 'root',
    types: [
      ['root.tar.xz', 'tar.xz'],
      ['squashfs', 'squashfs'],
    ],
  },
]

/**
 * The images that a products file offers, of each product the newest build that is whole, and how many entries were
 * passed over because they are damaged or hostile. `base` is the server's address, which paths are relative to.
 * Throws CatalogueFormatError when it is no products file at all.
 */
export function productImages(
  text: string,
  server: { readonly id: string; readonly base: string; readonly signed: boolean },
): { readonly entries: readonly CatalogueEntry[]; readonly passedOver: number } {
  const { products } = parse(productsSchema, text, 'its list of images')
  const all = Object.entries(products)
  let passedOver = Math.max(0, all.length - MAX_PRODUCTS)
  const entries = new Map<string, CatalogueEntry>()
  for (const [key, value] of all.slice(0, MAX_PRODUCTS)) {
    const product = productSchema.safeParse(value)
    const found = product.success ? newestItems(product.data, server.base) : undefined
    if (!product.success || found === undefined) {
      passedOver += 1
      continue
    }
    for (const item of found) {
      const entry = entryOf(key, product.data, item, server)
      // Two products of one name: the newer build is meant.
      const other = entries.get(entry.id)
      if (other === undefined || (other.version ?? '') < (entry.version ?? '')) entries.set(entry.id, entry)
    }
  }
  return { entries: [...entries.values()], passedOver }
}

interface Item {
  readonly kind: ImageKind
  readonly format: ImageFormat
  readonly version: string
  readonly url: string
  readonly sha256: string
  readonly sizeBytes: number
}

/** Of the newest build that has any, one item of each kind; undefined when no build has one. */
function newestItems({ versions }: z.infer<typeof productSchema>, base: string): readonly Item[] | undefined {
  // A key that does not begin with a date is no build.
  const keys = Object.keys(versions).filter((key) => /^\d{8}/.test(key) && key.length <= 64)
  for (const version of keys.toSorted().toReversed()) {
    const parsed = versionSchema.safeParse(versions[version])
    if (!parsed.success) continue
    const items = Object.values(parsed.data.items).flatMap((value) => {
      const item = itemSchema.safeParse(value)
      const url = item.success ? relativeAddress(base, item.data.path) : undefined
      return item.success && url !== undefined ? [{ ...item.data, url }] : []
    })
    const found = wanted.flatMap(({ kind, types }) => {
      const best = types.flatMap(([type, format]) => {
        const item = items.find(({ ftype }) => ftype === type)
        return item ? [{ item, format }] : []
      })[0]
      if (!best) return []
      const { url, sha256, size } = best.item
      return [{ kind, format: best.format, version, url, sha256: sha256.toLowerCase(), sizeBytes: size }]
    })
    if (found.length > 0) return found
  }
  return undefined
}

function entryOf(
  key: string,
  product: z.infer<typeof productSchema>,
  item: Item,
  server: { readonly id: string; readonly signed: boolean },
): CatalogueEntry {
  const parts = key.split(':')
  const osTitle = plain(product.os ?? parts[0] ?? '')
  const os = slug(osTitle)
  const release = plain(product.version ?? product.release ?? '')
  // Ubuntu keeps its variant in the second part of the key: `com.ubuntu.cloud:server:24.04:amd64`.
  const variant = plain(product.variant ?? (parts.length >= 4 && parts[0]?.includes('.') ? (parts[1] ?? '') : ''))
  const architecture = slug(debianArchitecture(plain(product.arch ?? '')))
  const shownRelease = plain(product.release_title ?? release)
  return {
    id: `${[os, slug(release), architecture, slug(variant), item.kind].join('/')}@${server.id}`,
    serverId: server.id,
    kind: item.kind,
    format: item.format,
    os,
    release,
    variant,
    architecture,
    title: `${capital(osTitle)} ${shownRelease}${variant === '' || variant === 'default' ? '' : `, ${variant}`}`.trim(),
    version: item.version,
    sizeBytes: item.sizeBytes,
    file: { kind: 'url', url: item.url },
    digest: { kind: 'known', algorithm: 'sha256', hex: item.sha256 },
    signedIndex: server.signed,
  }
}

/** Text of a server fit for a list: no control or direction-changing characters. */
function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu, '').trim()
}

/** For an id, which stands on command lines. */
function slug(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9._-]+/g, '-') || '-'
}

function capital(text: string): string {
  return text === '' ? text : text.charAt(0).toUpperCase() + text.slice(1)
}

function parse<T extends z.ZodType>(schema: T, text: string, what: string): z.output<T> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new CatalogueFormatError(`${what} is not JSON`)
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new CatalogueFormatError(
    `${what} has not the form it should have (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''})`,
  )
}
