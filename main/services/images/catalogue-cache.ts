import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

import type { CatalogueEntry } from '../../domain/catalogue/catalogue-entry.ts'
import { writeDurableFile } from '../../system/files/write-durable-file.ts'
import type { ServerReading } from './read-server.ts'

/** Raised when entries change their form: older caches are then read from the servers anew. */
const CACHE_VERSION = 1

/** What a server listed when it was last asked. */
export interface CachedReading extends ServerReading {
  readonly fetchedAt: string
}

/** The servers' lists as they were last read, one file each, so that they can be looked at offline. */
export function createCatalogueCache(folder: string) {
  const held = new Map<string, CachedReading | undefined>()
  const file = (serverId: string) => join(folder, `${serverId}.json`)
  return {
    /** Undefined: never read, or from another address than the server has now. */
    async get(serverId: string, url: string): Promise<CachedReading | undefined> {
      if (!held.has(serverId)) held.set(serverId, await readCache(file(serverId), url))
      return held.get(serverId)
    },
    async put(serverId: string, url: string, reading: CachedReading): Promise<void> {
      held.set(serverId, reading)
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await writeDurableFile(file(serverId), JSON.stringify({ version: CACHE_VERSION, url, reading }))
    },
    async forget(serverId: string): Promise<void> {
      held.delete(serverId)
      await rm(file(serverId), { force: true })
    },
  }
}

/** The cache is ours alone (0600, in a folder of 0700) and is read as it was written; damage makes it absent. */
async function readCache(path: string, url: string): Promise<CachedReading | undefined> {
  try {
    const found: unknown = JSON.parse(await readFile(path, 'utf8'))
    return isCache(found) && found.url === url ? found.reading : undefined
  } catch {
    return undefined
  }
}

function isCache(found: unknown): found is { readonly url: string; readonly reading: CachedReading } {
  return (
    typeof found === 'object' &&
    found !== null &&
    'version' in found &&
    found.version === CACHE_VERSION &&
    'reading' in found &&
    typeof found.reading === 'object' &&
    found.reading !== null &&
    'entries' in found.reading &&
    Array.isArray(found.reading.entries) &&
    found.reading.entries.every((entry: unknown) => isEntry(entry))
  )
}

function isEntry(entry: unknown): entry is CatalogueEntry {
  return typeof entry === 'object' && entry !== null && 'id' in entry && 'file' in entry && 'digest' in entry
}
