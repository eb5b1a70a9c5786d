import { debianArchitecture } from '../../domain/catalogue/architecture-names.ts'
import type { CatalogueEntry } from '../../domain/catalogue/catalogue-entry.ts'

/** An address that a person names, as an entry of a catalogue; what it holds is seen when it is here. */
export function urlEntry(wanted: {
  readonly url: string
  readonly sizeBytes?: number | undefined
  readonly title?: string | undefined
  readonly architecture?: string | undefined
}): CatalogueEntry {
  const url = new URL(wanted.url)
  const name = url.pathname.split('/').at(-1) ?? ''
  return {
    id: wanted.url,
    serverId: '',
    kind: 'disk',
    format: 'raw',
    os: '',
    release: '',
    variant: '',
    architecture: wanted.architecture === undefined ? '' : debianArchitecture(wanted.architecture),
    title: (wanted.title ?? (name || url.host)).slice(0, 200),
    sizeBytes: wanted.sizeBytes,
    file: { kind: 'url', url: wanted.url },
    digest: { kind: 'known', algorithm: 'sha256', hex: '' },
    signedIndex: false,
  }
}
