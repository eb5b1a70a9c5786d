import type { DigestAlgorithm } from './catalogue-entry.ts'

const hexLengths: Readonly<Record<DigestAlgorithm, number>> = { sha256: 64, sha512: 128 }

/**
 * Reads a publisher's list of digests, name -> lower-case hex. It knows the lines of sha256sum (`hex  name`, `hex *name`),
 * of BSD (`SHA256 (name) = hex`), and a file with nothing but one digest, which is then under the name ''. Lines of
 * another algorithm or of another kind are passed over.
 */
export function parseDigestList(text: string, algorithm: DigestAlgorithm): ReadonlyMap<string, string> {
  const length = hexLengths[algorithm]
  const gnu = new RegExp(`^\\\\?([0-9a-f]{${length}})[ \\t]+[ *]?(.+)$`, 'i')
  const bsd = new RegExp(`^${algorithm} \\((.+)\\) = ([0-9a-f]{${length}})$`, 'i')
  const bare = new RegExp(`^[0-9a-f]{${length}}$`, 'i')
  const found = new Map<string, string>()
  for (const line of text.split(/\r?\n/)) {
    const [, hexFirst, nameLast] = gnu.exec(line) ?? []
    const [, nameFirst, hexLast] = bsd.exec(line) ?? []
    const name = nameLast ?? nameFirst ?? (bare.test(line) ? '' : undefined)
    const hex = hexFirst ?? hexLast ?? (bare.test(line) ? line : undefined)
    if (name !== undefined && hex !== undefined) found.set(name.replace(/^\.\//, ''), hex.toLowerCase())
  }
  return found
}

/** The digest of one file; a list that names nothing speaks of the only file it can. */
export function digestOf(digests: ReadonlyMap<string, string>, name: string): string | undefined {
  return digests.get(name) ?? (digests.size === 1 ? digests.get('') : undefined)
}

/**
 * The one name in a list that fits the pattern (of a catalogue that comes with Petri, so it is not hostile); of several,
 * the last in the order of version numbers. Names with a slash are passed over.
 */
export function newestName(digests: ReadonlyMap<string, string>, pattern: string): string | undefined {
  const fits = new RegExp(pattern)
  return [...digests.keys()]
    .filter((name) => fits.test(name) && !name.includes('/'))
    .toSorted(new Intl.Collator('en', { numeric: true }).compare)
    .at(-1)
}
