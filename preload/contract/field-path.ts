/** A path into a value as JavaScript writes it: `['disks', 0, 'path']` is `disks[0].path`; the whole is ''. */
export function fieldPath(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index ? '.' : ''}${String(part)}`))
    .join('')
}
