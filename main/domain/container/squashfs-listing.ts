import type { ArchiveEntry } from './archive-gate.ts'

const TYPES: Readonly<Record<string, string>> = {
  '-': 'file',
  d: 'directory',
  l: 'symlink',
  c: 'character-device',
  b: 'block-device',
  p: 'fifo',
  s: 'socket',
}
const LINE = /^([-dlcbps])([-rwxsStT]{9}) \d+\/\d+ +(\d+)(?:, *\d+)? \d{4}-\d\d-\d\d \d\d:\d\d squashfs-root\/(.*)$/

/**
 * One line of `unsquashfs -lln` (4.5) as a member of an archive; undefined for the root itself. A line that cannot be read is a
 * member all the same: it counts, and the gate refuses its kind.
 */
export function squashfsEntry(line: string): ArchiveEntry | undefined {
  if (line.endsWith(' squashfs-root')) return undefined
  const [, letter = '?', rights = '', size = '0', rest = line] = LINE.exec(line) ?? []
  const type = TYPES[letter] ?? 'unknown'
  const arrow = type === 'symlink' ? rest.indexOf(' -> ') : -1
  return {
    name: arrow < 0 ? rest : rest.slice(0, arrow),
    type,
    sizeBytes: type === 'file' ? Number(size) : 0,
    mode: /s/i.test(rights) ? 0o6000 : 0,
    linkName: arrow < 0 ? undefined : rest.slice(arrow + ' -> '.length),
  }
}

/** A name for a list of things to leave out, whose lines are patterns. */
export function squashfsPattern(name: string): string {
  return name.replaceAll(/[\\*?[\]]/g, String.raw`\$&`)
}
