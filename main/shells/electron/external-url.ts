const MAX_URL_LENGTH = 2048

/** The address when it may be offered for opening: https, without a name and password in front of the host. */
export function externalUrl(text: unknown): string | undefined {
  if (typeof text !== 'string' || text.length > MAX_URL_LENGTH || !URL.canParse(text)) return undefined
  const url = new URL(text)
  return url.protocol === 'https:' && url.username === '' && url.password === '' ? url.href : undefined
}
