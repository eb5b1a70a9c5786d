import type { ImageFormat, ImageKind } from '#contract/image'

export type DigestAlgorithm = 'sha256' | 'sha512'

/** Where the publisher says what a file's digest is. */
export type DigestSource =
  /** In an index that was read with the catalogue. */
  | { readonly kind: 'known'; readonly algorithm: DigestAlgorithm; readonly hex: string }
  /** In a file beside the image, read before each download. */
  | { readonly kind: 'list'; readonly algorithm: DigestAlgorithm; readonly url: string }

/** A keyring of this host and the keys in it that are believed: primary fingerprints in upper case. */
export interface PinnedKeys {
  readonly keyring: string
  readonly fingerprints: readonly string[]
  /** The package that brings the keyring. */
  readonly package?: string | undefined
}

export type SignatureSource =
  /** The list of digests is one clearsigned text. */
  | { readonly kind: 'clearsigned-list' }
  /** A detached signature over the list of digests, or over the image itself. */
  | { readonly kind: 'detached'; readonly over: 'list' | 'image'; readonly url: string }

/** One downloadable image with everything that a download needs to know. */
export interface CatalogueEntry {
  readonly id: string
  readonly serverId: string
  readonly kind: ImageKind
  readonly format: ImageFormat
  readonly os: string
  readonly release: string
  readonly variant: string
  readonly architecture: string
  readonly title: string
  readonly version?: string | undefined
  readonly sizeBytes?: number | undefined
  /** https; or a folder, and an anchored pattern for the one name in the list of digests that is meant. */
  readonly file:
    | { readonly kind: 'url'; readonly url: string }
    | { readonly kind: 'named-by-list'; readonly folder: string; readonly pattern: string }
  readonly digest: DigestSource
  readonly signature?: SignatureSource | undefined
  readonly keys?: PinnedKeys | undefined
  /** True where the index that names the digest was signed by a pinned key. */
  readonly signedIndex: boolean
}
