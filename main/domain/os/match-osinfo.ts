import type { IsoVolume } from './iso-volume.ts'
import { architectureOf, type KnownOs, type Resources } from './known-os.ts'
import type { OsinfoEntry } from './osinfo-entry.ts'

type Amounts = OsinfoEntry['resources'][number]['minimum']

const BYTES_PER_MIB = 1024 ** 2
const BYTES_PER_GIB = 1024 ** 3
/** A chain of "derives from" longer than this is a circle. */
const MAX_GENERATIONS = 40

/**
 * The system whose description fits a medium best: every pattern that it gives must match, the one with most of them
 * counts, then the one that matches more of the volume name, then the newest. The stated size only adds to that,
 * because publishers make their images again.
 */
export function matchOsinfo(entries: readonly OsinfoEntry[], volume: IsoVolume): KnownOs | undefined {
  let best: { entry: OsinfoEntry; arch: string; score: number } | undefined
  for (const entry of entries)
    for (const medium of entry.media) {
      const score = scoreOf(medium, volume)
      if (score === 0) continue
      const newer = score === best?.score && (entry.releaseDate ?? '') > (best.entry.releaseDate ?? '')
      if (!best || score > best.score || newer) best = { entry, arch: medium.arch, score }
    }
  return best && knownOf(best.entry, best.arch, entries)
}

/** 0: it does not fit. Matched fields weigh most, then the matched length of the volume name. */
function scoreOf(medium: OsinfoEntry['media'][number], volume: IsoVolume): number {
  const pairs = [
    [medium.volumeId, volume.volumeId],
    [medium.systemId, volume.systemId],
    [medium.publisherId, volume.publisherId],
    [medium.applicationId, volume.applicationId],
  ] as const
  const given = pairs.flatMap(([pattern, text]) => (pattern === undefined ? [] : [matchedLength(pattern, text)]))
  // What has no pattern for the volume name alone would fit far too much.
  if (medium.volumeId === undefined || given.includes(0)) return 0
  const sizeFits = medium.volumeBytes !== undefined && medium.volumeBytes === volume.volumeBytes
  return (given.length + (sizeFits ? 1 : 0)) * 1000 + (given[0] ?? 0)
}

function matchedLength(pattern: string, text: string): number {
  try {
    return new RegExp(pattern).exec(text)?.[0].length ?? 0
  } catch {
    return 0 // a pattern in the dialect of another library
  }
}

function knownOf(entry: OsinfoEntry, arch: string, entries: readonly OsinfoEntry[]): KnownOs {
  const resources = resourcesOf(entry, arch, entries)
  const year = Number.parseInt(entry.releaseDate ?? '', 10)
  return {
    id: entry.shortId,
    name: entry.name,
    version: entry.version,
    family: familyOf(entry.family),
    architecture: architectureOf(arch),
    knownBy: 'osinfo-db',
    endOfLife: entry.endOfLife,
    releaseYear: Number.isNaN(year) ? undefined : year,
    minimum: resources && amountsOf(resources.minimum),
    recommended: resources && amountsOf(resources.recommended, resources.minimum),
    needsUefi: entry.needsUefi,
  }
}

/** Of the system itself, else of the one it derives from. */
function resourcesOf(entry: OsinfoEntry, arch: string, entries: readonly OsinfoEntry[]) {
  let current: OsinfoEntry | undefined = entry
  for (let generation = 0; current && generation < MAX_GENERATIONS; generation += 1) {
    const found =
      current.resources.find((each) => each.arch === arch) ?? current.resources.find((each) => each.arch === 'all')
    if (found) return found
    const parent: string | undefined = current.derivesFrom
    current = entries.find((each) => each.id === parent)
  }
  return undefined
}

/** What `amounts` does not say is taken from `otherwise`. */
function amountsOf(amounts: Amounts, otherwise: Amounts = {}): Resources {
  const ram = amounts.ram ?? otherwise.ram
  const storage = amounts.storage ?? otherwise.storage
  return {
    memoryMiB: ram === undefined ? undefined : Math.ceil(ram / BYTES_PER_MIB),
    cpus: amounts.cpus ?? otherwise.cpus,
    diskGiB: storage === undefined ? undefined : Math.ceil(storage / BYTES_PER_GIB),
  }
}

function familyOf(word: string): KnownOs['family'] {
  if (word === 'linux') return 'linux'
  if (word.endsWith('bsd')) return 'bsd'
  return word.startsWith('win') ? 'windows' : 'other'
}
