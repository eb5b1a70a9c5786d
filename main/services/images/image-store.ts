import { chmod, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

import { imageFormats, imageKinds, imageTrusts, sha256Schema } from '#contract/image'
import { syncFile, writeDurableFile } from '../../system/files/write-durable-file.ts'

/** What is known of a stored image; lies beside its file. */
const recordSchema = z.object({
  digest: sha256Schema,
  kind: z.enum(imageKinds),
  format: z.enum(imageFormats),
  os: z.string(),
  release: z.string(),
  variant: z.string(),
  architecture: z.string(),
  title: z.string(),
  sizeBytes: z.number(),
  trust: z.enum(imageTrusts),
  trustNote: z.string().optional(),
  source: z.string(),
  version: z.string().optional(),
  addedAt: z.iso.datetime(),
})
export type ImageRecord = z.infer<typeof recordSchema>

export type ImageStore = Awaited<ReturnType<typeof openImageStore>>

/**
 * The images that are here: `sha256/<digest>`, read-only, each with a record `<digest>.json`. An image without its record
 * was never finished; a record without its image is of no use; neither is listed. Unfinished downloads lie in `parts`.
 */
export async function openImageStore(folder: string) {
  const filesFolder = join(folder, 'sha256')
  const partsFolder = join(folder, 'parts')
  for (const each of [filesFolder, partsFolder]) await mkdir(each, { recursive: true, mode: 0o700 })
  const pathOf = (digest: string) => join(filesFolder, digest)

  const get = async (digest: string): Promise<ImageRecord | undefined> => {
    const [record, size] = await Promise.all([readRecord(`${pathOf(digest)}.json`), sizeOf(pathOf(digest))])
    return record?.digest === digest && record.sizeBytes === size ? record : undefined
  }

  return {
    partsFolder,
    pathOf,
    get,
    /** Newest first. */
    async list(): Promise<readonly ImageRecord[]> {
      const names = (await readdir(filesFolder)).filter((name) => sha256Schema.safeParse(name).success)
      const records = await Promise.all(names.map(get))
      return records.flatMap((record) => record ?? []).toSorted((a, b) => b.addedAt.localeCompare(a.addedAt))
    },
    /** Takes a checked file in, by renaming it: it is there whole, or not at all. */
    async add(partPath: string, record: ImageRecord): Promise<void> {
      await chmod(partPath, 0o400)
      await rename(partPath, pathOf(record.digest))
      await syncFile(filesFolder)
      await writeDurableFile(`${pathOf(record.digest)}.json`, JSON.stringify(record))
    },
    /** Returns the bytes that are free now. The record goes first: what is half gone is not there. */
    async remove(digest: string): Promise<number> {
      const freedBytes = (await sizeOf(pathOf(digest))) ?? 0
      await rm(`${pathOf(digest)}.json`, { force: true })
      await rm(pathOf(digest), { force: true })
      await syncFile(filesFolder)
      return freedBytes
    },
    /** Files that no record stands for, and unfinished downloads that nobody is at work on; with their sizes. */
    async leftovers(busyParts: ReadonlySet<string>): Promise<readonly { path: string; sizeBytes: number }[]> {
      const strays: string[] = []
      for (const name of await readdir(filesFolder)) {
        const digest = name.replace(/\.json$/, '')
        if ((await get(digest)) === undefined) strays.push(join(filesFolder, name))
      }
      for (const name of await readdir(partsFolder)) {
        const path = join(partsFolder, name)
        if (!busyParts.has(path.replace(/\.json$/, ''))) strays.push(path)
      }
      return Promise.all(strays.map(async (path) => ({ path, sizeBytes: (await sizeOf(path)) ?? 0 })))
    },
  }
}

async function readRecord(path: string): Promise<ImageRecord | undefined> {
  try {
    return recordSchema.safeParse(JSON.parse(await readFile(path, 'utf8'))).data
  } catch {
    return undefined
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
