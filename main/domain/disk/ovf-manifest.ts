/** One line of a manifest: which digest a file must have. */
export interface ManifestEntry {
  readonly file: string
  readonly algorithm: 'sha1' | 'sha256' | 'sha512'
  readonly hex: string
}

/** Reads a manifest (`SHA256(disk.vmdk)= 0123…`). Lines of another form are given as `strange`. */
export function readManifest(text: string): {
  readonly entries: readonly ManifestEntry[]
  readonly strange: readonly string[]
} {
  const entries: ManifestEntry[] = []
  const strange: string[] = []
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '') continue
    const [, name, file, hex] = /^\s*(SHA1|SHA256|SHA512)\s*\((.+)\)\s*=\s*([0-9a-f]+)\s*$/i.exec(line) ?? []
    const algorithm = (['sha1', 'sha256', 'sha512'] as const).find((each) => each === name?.toLowerCase())
    if (algorithm === undefined || file === undefined || hex === undefined) strange.push(line.slice(0, 80))
    else entries.push({ file, algorithm, hex: hex.toLowerCase() })
  }
  return { entries, strange }
}

/** Writes one, in the form that every importer reads. */
export function writeManifest(digests: ReadonlyMap<string, string>): string {
  return [...digests].map(([file, hex]) => `SHA256(${file})= ${hex}\n`).join('')
}
