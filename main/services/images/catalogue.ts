import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { Failure } from '#contract/failure'
import type { CatalogueImage, ImageServer } from '#contract/image'
import { vmArchitecture } from '../../domain/catalogue/architecture-names.ts'
import type { CatalogueEntry } from '../../domain/catalogue/catalogue-entry.ts'
import { builtInServers, type StreamServer } from '../../domain/catalogue/image-servers.ts'
import { SHIPPED_SERVER_ID, shippedCatalogue } from '../../domain/catalogue/shipped-catalogue.ts'
import type { DownloadLimits } from '../../system/net/download-file.ts'
import type { TlsTrust } from '../../system/net/tls-trust.ts'
import type { JobWork } from '../jobs/job-control.ts'
import { RefusedError } from '../refused-error.ts'
import { type CachedReading, createCatalogueCache } from './catalogue-cache.ts'
import { readServer } from './read-server.ts'
import { createServerList } from './server-list.ts'

/** What can be downloaded, from all servers: as they were last read, and the list that comes with Petri. */
export async function openCatalogue(options: {
  readonly serverFile: string
  readonly cacheFolder: string
  readonly shippedFile: string | undefined
  readonly limits: DownloadLimits
  readonly trust: () => Promise<TlsTrust>
  readonly now: () => Date
}) {
  const serverList = createServerList(options.serverFile)
  const cache = createCatalogueCache(join(options.cacheFolder, 'catalogue'))
  const shipped = options.shippedFile === undefined ? [] : shippedCatalogue(await readFile(options.shippedFile, 'utf8'))
  const failures = new Map<string, Failure>()
  let offline = false

  const readings = async (): Promise<readonly (readonly [StreamServer, CachedReading | undefined])[]> =>
    Promise.all(
      (await serverList.list()).map(async (server) => [server, await cache.get(server.id, server.url)] as const),
    )
  const refreshOne = async (server: StreamServer, work: JobWork): Promise<boolean> => {
    try {
      const net = { trust: await options.trust(), limits: options.limits, signal: work.signal }
      const reading = await readServer(server, net, work.log)
      await cache.put(server.id, server.url, { ...reading, fetchedAt: options.now().toISOString() })
      failures.delete(server.id)
      work.log(`${server.title}: ${reading.entries.length} images; ${reading.passedOver} entries were passed over`)
      return true
    } catch (error) {
      work.signal.throwIfAborted()
      if (!(error instanceof RefusedError)) throw error
      failures.set(server.id, error.failure)
      work.log(`${server.title}: ${error.failure.title}${error.failure.evidence ? ` (${error.failure.evidence})` : ''}`)
      return false
    }
  }

  return {
    addServer: serverList.add,
    async removeServer(id: string): Promise<void> {
      await serverList.remove(id)
      await cache.forget(id)
      failures.delete(id)
    },
    async mustKnow(serverId: string | undefined): Promise<void> {
      if (serverId === undefined || (await serverList.list()).some(({ id }) => id === serverId)) return
      throw new RefusedError({ code: 'not-found', title: `There is no image server ${serverId}` })
    },
    async find(id: string): Promise<CatalogueEntry | undefined> {
      const all = await readings()
      const lists = [shipped, ...all.map(([, reading]) => reading?.entries ?? [])]
      return lists.flat().find((entry) => entry.id === id)
    },
    async list(): Promise<{ images: CatalogueImage[]; servers: readonly ImageServer[]; offline: boolean }> {
      const all = await readings()
      const hasKeyring = keyringLookup()
      const images = [
        ...(await Promise.all(shipped.map((entry) => shippedImage(entry, hasKeyring)))),
        ...all.flatMap(([server, reading]) =>
          (reading?.entries ?? []).map((entry) => streamImage(entry, server, reading)),
        ),
      ]
      const servers = all.map(([server, reading]) => serverRow(server, reading, failures.get(server.id)))
      return { images, servers: [shippedRow(shipped.length), ...servers], offline }
    },
    /** Returns what came of it in a sentence. Throws RefusedError when no server could be read. */
    async refresh(serverId: string | undefined, work: JobWork): Promise<string> {
      const servers = (await serverList.list()).filter(({ id }) => serverId === undefined || id === serverId)
      let good = 0
      for (const server of servers) {
        work.progress({ phase: `Reading ${server.title}`, progress: good / servers.length })
        if (await refreshOne(server, work)) good += 1
      }
      const failed = servers.flatMap(({ id }) => failures.get(id) ?? [])
      offline = good === 0 && failed.length > 0 && failed.every(({ code }) => code === 'unavailable')
      const [first] = failed
      if (good === 0 && first) throw new RefusedError(first)
      const count = (await readings()).reduce((sum, [, reading]) => sum + (reading?.entries.length ?? 0), 0)
      const words = `${count + shipped.length} images are listed`
      return failed.length === 0
        ? `${words}.`
        : `${words}; ${failed.length} of ${servers.length} servers could not be read.`
    },
  }
}

function baseImage(entry: CatalogueEntry): Omit<CatalogueImage, 'trust'> {
  const { id, serverId, kind, format, os, release, variant, architecture, title, version, sizeBytes } = entry
  const machine = vmArchitecture(architecture)
  return {
    ...{ id, serverId, kind, format, os, release, variant, architecture, title },
    ...(machine !== undefined && { vmArchitecture: machine }),
    ...(version !== undefined && { version }),
    ...(sizeBytes !== undefined && { sizeBytes }),
  }
}

function streamImage(entry: CatalogueEntry, server: StreamServer, reading: CachedReading | undefined): CatalogueImage {
  if (entry.signedIndex) return { ...baseImage(entry), trust: 'signed' }
  const wanted = server.keys?.package
  const note =
    reading?.signature === 'unchecked' && wanted !== undefined
      ? `Its list is signed; with the package ${wanted} the signature is checked.`
      : 'Its server does not sign its list.'
  return { ...baseImage(entry), trust: 'publisher-digest', trustNote: note }
}

async function shippedImage(
  entry: CatalogueEntry,
  hasKeyring: (path: string) => Promise<boolean>,
): Promise<CatalogueImage> {
  const { signature, keys } = entry
  if (signature && keys && (await hasKeyring(keys.keyring))) return { ...baseImage(entry), trust: 'signed' }
  const note = !signature
    ? 'Its publisher does not sign it.'
    : keys
      ? `Its publisher signs it; with the package ${keys.package ?? ''} the signature is checked.`
      : 'Its publisher signs it; no package of Debian or Ubuntu brings the key.'
  return { ...baseImage(entry), trust: 'publisher-digest', trustNote: note }
}

/** Looks once for each keyring. */
function keyringLookup(): (path: string) => Promise<boolean> {
  const found = new Map<string, Promise<boolean>>()
  return (path) => {
    const known =
      found.get(path) ??
      access(path).then(
        () => true,
        () => false,
      )
    found.set(path, known)
    return known
  }
}

function serverRow(
  server: StreamServer,
  reading: CachedReading | undefined,
  failure: Failure | undefined,
): ImageServer {
  return {
    id: server.id,
    title: server.title,
    url: server.url,
    builtIn: builtInServers.includes(server),
    signature: reading?.signature ?? (server.keys ? 'unchecked' : 'unsigned'),
    imageCount: reading?.entries.length ?? 0,
    ...(reading && { fetchedAt: reading.fetchedAt }),
    ...(failure && { failure }),
  }
}

const shippedRow = (imageCount: number): ImageServer => ({
  id: SHIPPED_SERVER_ID,
  title: 'The list that comes with Petri',
  builtIn: true,
  signature: 'unsigned',
  imageCount,
})
