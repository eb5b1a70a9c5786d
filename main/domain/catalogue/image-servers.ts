import type { PinnedKeys } from './catalogue-entry.ts'
import { SHIPPED_SERVER_ID } from './shipped-catalogue.ts'

/** A simplestreams server: its lists lie in `streams/v1/` below `url`, which ends with a slash. */
export interface StreamServer {
  readonly id: string
  readonly title: string
  readonly url: string
  /** Who signs its lists; undefined: nobody does. */
  readonly keys?: PinnedKeys | undefined
  /** With keys that are missing on this host: read it unsigned and say so (true), or not at all. */
  readonly unsignedWithoutKeyring: boolean
}

export const builtInServers: readonly StreamServer[] = [
  {
    id: 'ubuntu',
    title: 'Ubuntu cloud images',
    url: 'https://cloud-images.ubuntu.com/releases/',
    keys: {
      keyring: '/usr/share/keyrings/ubuntu-cloudimage-keyring.gpg',
      fingerprints: ['D2EB44626FDDC30B513D5BB71A5D6C4C7DB87C81', '4A3CE3CD565D7EB5C810E2B97FF3F408476CF100'],
      package: 'ubuntu-cloudimage-keyring',
    },
    // Debian has no package with this keyring: there, the list is worth what https is worth.
    unsignedWithoutKeyring: true,
  },
  {
    id: 'linuxcontainers',
    title: 'linuxcontainers.org',
    url: 'https://images.linuxcontainers.org/',
    unsignedWithoutKeyring: false,
  },
]

/** An id for a server that a person adds: from its host's name, not among `taken`. */
export function serverId(url: string, taken: ReadonlySet<string>): string {
  const host = /^https:\/\/([^/:?#]+)/.exec(url)?.[1] ?? ''
  const slug =
    host
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-+|-+$/g, '')
      .slice(0, 30) || 'server'
  const isFree = (id: string) => !taken.has(id) && id !== SHIPPED_SERVER_ID
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? slug : `${slug}-${number}`
    if (isFree(id)) return id
  }
}
