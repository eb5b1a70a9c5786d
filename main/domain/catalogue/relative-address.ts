/** Longest path that a published list may name. */
const MAX_LENGTH = 512

/**
 * The address of a path that a published list names, below `base` (https, ends with a slash): every segment percent-encoded.
 * Undefined for whatever would lead elsewhere: absolute paths, `..`, another scheme, a query, backslashes, control
 * characters, also when they are percent-encoded.
 */
export function relativeAddress(base: string, path: string): string | undefined {
  if (path === '' || path.length > MAX_LENGTH || /[\p{Cc}\\?#%]/u.test(path)) return undefined
  const segments = path.split('/')
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) return undefined
  return `${base}${segments.map(encodeURIComponent).join('/')}`
}
