import type { InnerEntry } from '#contract/disk-files'

/** A listed file system: what is in each folder, by its path; the root is the empty path. */
export type FileTree = ReadonlyMap<string, readonly InnerEntry[]>

const kinds: Readonly<Record<number, InnerEntry['kind']>> = { 0x8000: 'file', 0x4000: 'folder', 0xa000: 'link' }
const FILE_TYPE = 0xf000
/** The largest time that a date takes, in s. */
const MAX_SECONDS = 8_640_000_000_000 / 1000

/**
 * Takes the lines `mode size time ./path` apart. Lines that are none, names that are not UTF-8 and paths with `.` or `..`
 * are passed over: the text comes from a guest that read a disk of a stranger's.
 */
export function readListing(text: string, most: number): { tree: FileTree; entries: number; more: boolean } {
  const tree = new Map<string, InnerEntry[]>([['', []]])
  let entries = 0
  const lines = text.split('\n')
  for (const line of lines.slice(0, most)) {
    const [, mode = '', size = '', time = '', path = ''] =
      /^([0-9a-f]{1,8}) (\d{1,15}) (-?\d{1,12}) \.\/(.+)$/.exec(line) ?? []
    const names = path.split('/')
    if (path.includes('\uFFFD') || names.some((name) => name === '' || name === '.' || name === '..')) continue
    const name = names.at(-1) ?? ''
    const kind = kinds[Number.parseInt(mode, 16) & FILE_TYPE] ?? 'other'
    const seconds = Math.max(-MAX_SECONDS, Math.min(MAX_SECONDS, Number(time)))
    const entry: InnerEntry = { name, kind, sizeBytes: Number(size), modified: new Date(seconds * 1000).toISOString() }
    const folder = names.slice(0, -1).join('/')
    const siblings = tree.get(folder) ?? []
    siblings.push(entry)
    tree.set(folder, siblings)
    if (kind === 'folder' && !tree.has(path)) tree.set(path, [])
    entries += 1
  }
  for (const siblings of tree.values())
    siblings.sort((a, b) => Number(b.kind === 'folder') - Number(a.kind === 'folder') || (a.name < b.name ? -1 : 1))
  return { tree, entries, more: lines.filter((line) => line !== '').length > most }
}
