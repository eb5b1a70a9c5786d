/** What the gate looks at, as it came over the wire. */
export interface GateRequest {
  readonly method: string
  /** The request target: `/`, `/api`, `/assets/…`. */
  readonly target: string
  /** Names and values in turn, as `IncomingMessage.rawHeaders`. */
  readonly rawHeaders: readonly string[]
  readonly isWebSocket: boolean
}

export type GateVerdict =
  | { readonly kind: 'pass'; readonly host: string; readonly path: string; readonly query: URLSearchParams }
  | { readonly kind: 'refuse'; readonly status: 400 | 403 | 405; readonly reason: string }

/**
 * Whether a request may come from our own page or from the address bar, before any token is looked at.
 *
 * A page of another origin, and a name of another site that points to 127.0.0.1 (DNS rebinding), fail here. Browsers set
 * Host, Origin and Sec-Fetch-Site themselves; a page cannot. Sec-Fetch-Site may be missing, because Chromium does not
 * send it with a WebSocket; Origin may be missing only where browsers leave it out, in a plain GET.
 */
export function checkRequest(request: GateRequest, port: number): GateVerdict {
  const headers = singleHeaders(request.rawHeaders, ['host', 'origin', 'sec-fetch-site', 'cookie'])
  if (!headers) return refuse(400, 'a header is there twice')
  const { host, origin } = headers
  if (!request.target.startsWith('/')) return refuse(400, 'not a path')
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) return refuse(403, 'not an address of this server')
  if (origin === undefined ? request.isWebSocket || !isRead(request.method) : origin !== `http://${host}`) {
    return refuse(403, 'not from a page of this server')
  }
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return refuse(403, 'asked for by another site')
  if (!isRead(request.method)) return refuse(405, 'only GET and HEAD')
  const [path = '', query = ''] = request.target.split('?', 2)
  return { kind: 'pass', host, path, query: new URLSearchParams(query) }
}

function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD'
}

function refuse(status: 400 | 403 | 405, reason: string): GateVerdict {
  return { kind: 'refuse', status, reason }
}

/** The named headers; undefined when one of them stands there more than once, which no browser does. */
function singleHeaders<N extends string>(
  rawHeaders: readonly string[],
  names: readonly N[],
): Readonly<Partial<Record<N, string>>> | undefined {
  const found: Partial<Record<N, string>> = {}
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = names.find((each) => each === rawHeaders[index]?.toLowerCase())
    if (name === undefined) continue
    if (found[name] !== undefined) return undefined
    found[name] = rawHeaders[index + 1] ?? ''
  }
  return found
}
