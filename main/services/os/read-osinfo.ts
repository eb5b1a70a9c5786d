import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'

import { z } from 'zod'

import { type OsinfoEntry, osinfoEntry, osinfoEntrySchema } from '../../domain/os/osinfo-entry.ts'
import { writeDurableFile } from '../../system/files/write-durable-file.ts'

/** Where distributions put osinfo-db. It is read where it lies: its licence is not ours to pass on. */
const FOLDER = '/usr/share/osinfo/os'
/** Largest file that is read, in bytes; those of osinfo-db have some tens of kilobytes. */
const MAX_FILE_BYTES = 4 * 1024 * 1024
/** Files parsed at a stretch, so that nothing else waits long. */
const SLICE = 16

const keptSchema = z.object({ stamp: z.string(), entries: z.array(osinfoEntrySchema) })

/** Everything in osinfo-db, empty where it is not installed. Takes half a second the first time, then comes from the cache. */
export async function readOsinfo(cacheFolder: string, folder = FOLDER): Promise<readonly OsinfoEntry[]> {
  const files = await xmlFiles(folder)
  if (files.length === 0) return []
  const cacheFile = join(cacheFolder, 'osinfo.json')
  const stamp = await stampOf(files)
  const kept = keptSchema.safeParse(parseJson(await readFile(cacheFile, 'utf8').catch(() => '')))
  if (kept.success && kept.data.stamp === stamp) return kept.data.entries
  const entries = await parseFiles(files)
  await writeDurableFile(cacheFile, JSON.stringify({ stamp, entries })).catch(() => {})
  return entries
}

async function parseFiles(files: readonly string[]): Promise<readonly OsinfoEntry[]> {
  const { XMLParser } = await import('fast-xml-parser')
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    parseTagValue: false,
    processEntities: false,
  })
  const entries: OsinfoEntry[] = []
  for (const [index, path] of files.entries()) {
    if (index % SLICE === SLICE - 1) await setImmediate()
    const text = await safeText(path)
    const entry = text === undefined ? undefined : osinfoEntry(parse(parser, text))
    if (entry) entries.push(entry)
  }
  return entries
}

/** Undefined for what is too large, or declares a type or entities: no file of osinfo-db does. */
async function safeText(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined)
  if (!found?.isFile() || found.size > MAX_FILE_BYTES) return undefined
  const text = await readFile(path, 'utf8').catch(() => undefined)
  return text === undefined || /<!(?:DOCTYPE|ENTITY)/i.test(text) ? undefined : text
}

function parse(parser: { parse(text: string): unknown }, text: string): unknown {
  try {
    return parser.parse(text)
  } catch {
    return undefined // a file that somebody edited; the others are good
  }
}

async function xmlFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  return names
    .filter((name) => name.endsWith('.xml'))
    .map((name) => join(folder, name))
    .toSorted()
}

async function stampOf(files: readonly string[]): Promise<string> {
  const facts = await Promise.all(files.map((path) => stat(path).catch(() => undefined)))
  const newest = Math.max(...facts.map((fact) => fact?.mtimeMs ?? 0))
  const sum = facts.reduce((total, fact) => total + (fact?.size ?? 0), 0)
  return `1 ${files.length} ${newest} ${sum}`
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
