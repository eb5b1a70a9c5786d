import { rm } from 'node:fs/promises'
import { basename, join } from 'node:path'

import type { ImageList, ImageUser, StoredImage } from '#contract/image'
import type { Job } from '#contract/job'
import { debianArchitecture, vmArchitecture } from '../../domain/catalogue/architecture-names.ts'
import type { CatalogueEntry } from '../../domain/catalogue/catalogue-entry.ts'
import { type DownloadLimits, downloadLimits } from '../../system/net/download-file.ts'
import { tlsTrust } from '../../system/net/tls-trust.ts'
import type { JobOutcome, JobService } from '../jobs/job-service.ts'
import { RefusedError } from '../refused-error.ts'
import { openCatalogue } from './catalogue.ts'
import { importImage, type ImportWish } from './import-image.ts'
import { type ImageRecord, openImageStore } from './image-store.ts'
import { nobodyVouches, type PullContext, pullImage, type PullWish } from './pull-image.ts'
import { urlEntry } from './url-entry.ts'

/** Downloads run one after the other: two at a time only share the same line. */
const PULL_QUEUE = 'image-pull'

export interface ImageServiceOptions {
  /** For stored images and the list of servers; worth keeping. */
  readonly folder: string
  /** For the servers' lists as last read; can be deleted at any time. */
  readonly cacheFolder: string
  /** The list that comes with Petri; undefined: there is none. */
  readonly shippedFile: string | undefined
  /** PEM file with further certificate authorities. */
  readonly caFile?: string | undefined
  readonly limits?: DownloadLimits
  readonly jobs: JobService
  /** Who needs which of these files, by path. A rejection stops every deletion. */
  readonly usersOf: (paths: readonly string[]) => Promise<ReadonlyMap<string, readonly ImageUser[]>>
  readonly onChange: () => void
  readonly now: () => Date
}

export type PullParams =
  | { readonly id: string; readonly acceptUnverified: boolean }
  | {
      readonly url: string
      readonly sha256?: string | undefined
      readonly sizeBytes?: number | undefined
      readonly acceptUnverified: boolean
      readonly title?: string | undefined
      readonly architecture?: string | undefined
    }

export type ImageService = ReturnType<typeof createImageService>

/** The catalogue, the downloads and the store of images. Touches no file and no network before it is first used. */
export function createImageService(options: ImageServiceOptions) {
  const { jobs, now, onChange, limits = downloadLimits } = options
  const busyParts = new Set<string>()
  const held = new Map<string, number>()
  let closing = false
  const once = <T>(make: () => Promise<T>) => {
    let made: Promise<T> | undefined
    return () => (made ??= make())
  }
  const store = once(() => openImageStore(join(options.folder)))
  const trust = once(() => tlsTrust(options.caFile))
  const catalogue = once(() =>
    openCatalogue({ ...options, limits, trust, serverFile: join(options.folder, 'servers.json') }),
  )

  const context = async (): Promise<PullContext> => ({
    store: await store(),
    net: { trust: await trust(), limits },
    now,
    busyParts,
    isClosing: () => closing,
  })
  const withUsers = async (records: readonly ImageRecord[]): Promise<readonly StoredImage[]> => {
    const { pathOf } = await store()
    const users = await options.usersOf(records.map(({ digest }) => pathOf(digest)))
    return records.map((record) => {
      const path = pathOf(record.digest)
      return { ...record, ...machine(record), path, usedBy: [...(users.get(path) ?? [])] }
    })
  }
  const mustBeFree = (image: StoredImage) => {
    if (image.usedBy.length === 0 && !held.has(image.digest)) return
    const names = image.usedBy.map(({ name }) => `"${name}"`)
    throw new RefusedError({
      code: 'in-use',
      title: `${image.title} is in use`,
      evidence: names.length > 0 ? `used by ${names.join(', ')}` : 'something is being made from it right now',
      cause: 'Without it, whatever was made from it does not start any more.',
      cure: { text: 'Delete what uses it first, also from the trash.' },
    })
  }
  const begin = (request: {
    readonly kind: string
    readonly title: string
    readonly subjectId: string
    readonly params: unknown
    readonly queue?: string
    readonly run: Parameters<JobService['start']>[0]['run']
  }): Job => {
    const { kind, title, subjectId, params, queue, run } = request
    const same = jobs.list().find((job) => job.kind === kind && job.subject?.id === subjectId && isOpen(job))
    if (same) return same
    const subject = { kind: 'image', id: subjectId } as const
    return jobs.start({ kind, title, subject, params, canPause: true, ...(queue !== undefined && { queue }), run })
  }

  return {
    async list(): Promise<ImageList> {
      const [{ images, servers, offline }, records] = await Promise.all([
        (await catalogue()).list(),
        (await store()).list(),
      ])
      const stored = await withUsers(records)
      const bySource = new Map(records.map((record) => [`${record.source} ${record.version ?? ''}`, record.digest]))
      return {
        images: images.map((image) => {
          const digest = bySource.get(`${image.id} ${image.version ?? ''}`)
          return digest === undefined ? image : { ...image, digest }
        }),
        stored: [...stored],
        servers: [...servers],
        offline,
      }
    },
    async refresh(serverId: string | undefined): Promise<Job> {
      const lists = await catalogue()
      await lists.mustKnow(serverId)
      return jobs.start({
        kind: 'image.refresh',
        title: 'Read the lists of images',
        params: serverId === undefined ? {} : { serverId },
        run: async (work) => {
          const summary = await lists.refresh(serverId, work)
          onChange()
          return { summary, result: {} }
        },
      })
    },
    async pull(params: PullParams): Promise<Job> {
      if ('url' in params && params.sha256 === undefined && !params.acceptUnverified) throw nobodyVouches(params.url)
      const wish: PullWish =
        'id' in params
          ? { entry: await mustFind(await catalogue(), params.id), acceptUnverified: params.acceptUnverified }
          : { entry: urlEntry(params), acceptUnverified: params.acceptUnverified, claimed: { sha256: params.sha256 } }
      return begin({
        kind: 'image.pull',
        title: `Download ${wish.entry.title}${wish.entry.architecture === '' ? '' : `, ${wish.entry.architecture}`}`,
        subjectId: 'id' in params ? params.id : params.url,
        params,
        queue: PULL_QUEUE,
        run: async (work) => taken(await pullImage(await context(), wish, work)),
      })
    },
    async import(wish: ImportWish): Promise<Job> {
      const architecture = wish.architecture === undefined ? undefined : debianArchitecture(wish.architecture)
      return begin({
        kind: 'image.import',
        title: `Import ${basename(wish.path)}`,
        subjectId: wish.path,
        params: wish,
        run: async (work) => taken(await importImage({ store: await store(), now }, { ...wish, architecture }, work)),
      })
    },
    async remove(digest: string): Promise<{ freedBytes: number }> {
      const { get, remove } = await store()
      const record = await get(digest)
      const [image] = record ? await withUsers([record]) : []
      if (!image) throw new RefusedError({ code: 'not-found', title: `There is no image ${digest.slice(0, 12)}` })
      mustBeFree(image)
      const freedBytes = await remove(digest)
      onChange()
      return { freedBytes }
    },
    async prune(dryRun: boolean): Promise<{ removed: string[]; freedBytes: number }> {
      const { list, leftovers, remove } = await store()
      const unused = (await withUsers(await list())).filter(
        ({ digest, usedBy }) => usedBy.length === 0 && !held.has(digest),
      )
      const strays = await leftovers(busyParts)
      let freedBytes = strays.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
      for (const { digest, sizeBytes } of unused) freedBytes += dryRun ? sizeBytes : await remove(digest)
      if (!dryRun) for (const { path } of strays) await rm(path, { force: true })
      if (!dryRun) onChange()
      return { removed: unused.map(({ digest }) => digest), freedBytes }
    },
    async addServer(wanted: Parameters<Awaited<ReturnType<typeof openCatalogue>>['addServer']>[0]): Promise<string> {
      const id = await (await catalogue()).addServer(wanted)
      onChange()
      return id
    },
    async removeServer(id: string): Promise<void> {
      await (await catalogue()).removeServer(id)
      onChange()
    },
    /**
     * Keeps an image from being removed while something is made from it; returns the end of it. Throws RefusedError when
     * it is not here.
     */
    async hold(digest: string): Promise<{ readonly path: string; readonly record: ImageRecord; end(): void }> {
      const { get, pathOf } = await store()
      held.set(digest, (held.get(digest) ?? 0) + 1)
      let ended = false
      const end = () => {
        const count = held.get(digest) ?? 0
        if (!ended && count > 1) held.set(digest, count - 1)
        else if (!ended) held.delete(digest)
        ended = true
      }
      const record = await get(digest)
      if (record) return { path: pathOf(digest), record, end }
      end()
      throw new RefusedError({ code: 'not-found', title: `There is no image ${digest.slice(0, 12)}` })
    },
    /** From now on, a cancelled download keeps what it has: Petri ends. */
    close() {
      closing = true
    },
  }

  /** What a job says of an image that it took in. */
  async function taken(record: ImageRecord): Promise<JobOutcome> {
    onChange()
    const { digest, format, kind, architecture, trust, trustNote } = record
    const path = (await store()).pathOf(digest)
    return {
      summary: `${record.title} is here${trustNote === undefined ? '' : `: ${trustNote}`}.`,
      result: { digest, path, format, kind, architecture, ...machine(record), trust },
    }
  }
}

async function mustFind({ find }: Awaited<ReturnType<typeof openCatalogue>>, id: string): Promise<CatalogueEntry> {
  const entry = await find(id)
  if (entry) return entry
  throw new RefusedError({
    code: 'not-found',
    title: `There is no image ${id} in the catalogue`,
    cause: 'Its server was not read yet, or no longer offers it.',
    cure: { text: 'Read the servers’ lists anew:', command: 'petri image list --refresh' },
  })
}

const machine = ({ architecture }: { readonly architecture: string }) => {
  const name = vmArchitecture(architecture)
  return name === undefined ? {} : { vmArchitecture: name }
}

const isOpen = ({ state }: Job) => state.kind === 'queued' || state.kind === 'running' || state.kind === 'paused'
