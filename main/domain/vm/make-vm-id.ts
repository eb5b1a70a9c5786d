/** Leaves room for a number behind it within the contract's 40 characters. */
const longestSlug = 30

/**
 * A machine's id, which names its folder: `[a-z0-9-]`, at most 40 characters, not among `taken`. What of the name fits
 * remains, letters without their accents; of a name in which nothing fits `vm` remains.
 */
export function makeVmId(name: string, taken: ReadonlySet<string>): string {
  const slug = slugOf(name)
  if (!taken.has(slug)) return slug
  let number = 2
  while (taken.has(`${slug}-${number}`)) number += 1
  return `${slug}-${number}`
}

function slugOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, longestSlug)
    .replaceAll(/^-+|-+$/g, '')
  return slug === '' ? 'vm' : slug
}
