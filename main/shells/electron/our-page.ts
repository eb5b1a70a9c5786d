/** The origin of the window: a scheme of its own, so that no file: address has any power. */
export const PAGE_SCHEME = 'petri'
export const PAGE_HOST = 'app'
export const PAGE_URL = `${PAGE_SCHEME}://${PAGE_HOST}/`

/** What a sender of a message must be: structurally an Electron frame, so that tests need none. */
export interface SenderFrame {
  readonly url: string
  readonly parent: unknown
}

/** Whether an address is the window's page, whatever its fragment. */
export function isPageUrl(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, host, pathname, username, password } = new URL(url)
  const isPage = pathname === '/' || pathname === '/index.html'
  return protocol === `${PAGE_SCHEME}:` && host === PAGE_HOST && isPage && username === '' && password === ''
}

/**
 * Whether a message comes from the window itself: the main frame, showing our page. A frame that has gone, an empty one
 * and about:blank are refused, for anybody may have made them.
 */
export function isTrustedSender(frame: SenderFrame | null): boolean {
  return frame !== null && frame.parent === null && isPageUrl(frame.url)
}
