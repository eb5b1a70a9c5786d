import type { CatalogueImage } from '#contract/image'

/** What the list is narrowed to; '' is everything. */
export interface ImageFilter {
  readonly query: string
  readonly os: string
  readonly architecture: string
  readonly kind: string
}

export const noFilter: ImageFilter = { query: '', os: '', architecture: '', kind: '' }

const collator = new Intl.Collator('en', { numeric: true })

/** Images that fit, by title (the newest release of a system first), then architecture. Every word of the query has to occur. */
export function arrangeImages(images: readonly CatalogueImage[], filter: ImageFilter): readonly CatalogueImage[] {
  const words = filter.query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  return images
    .filter(
      (image) =>
        (filter.os === '' || image.os === filter.os) &&
        (filter.architecture === '' || image.architecture === filter.architecture) &&
        (filter.kind === '' || image.kind === filter.kind) &&
        words.every((word) => `${image.title} ${image.id} ${image.architecture}`.toLowerCase().includes(word)),
    )
    .toSorted(
      (a, b) =>
        collator.compare(a.os, b.os) ||
        collator.compare(b.release, a.release) ||
        collator.compare(a.title, b.title) ||
        collator.compare(a.architecture, b.architecture),
    )
}

/** The values that a filter can have, each once and in order. */
export function filterValues(images: readonly CatalogueImage[], field: 'os' | 'architecture'): readonly string[] {
  return [...new Set(images.map((image) => image[field]))].filter((value) => value !== '').toSorted(collator.compare)
}
