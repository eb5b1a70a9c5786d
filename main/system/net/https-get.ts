import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { isIP } from 'node:net'

import { DownloadError } from './download-error.ts'
import type { TlsTrust } from './tls-trust.ts'

/** Redirects that are followed; none of them to http. */
const MAX_REDIRECTS = 5

export interface HttpsAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Where the redirects led. */
  readonly url: string
  /** Whoever gets it reads it to its end or destroys it. */
  readonly body: IncomingMessage
}

/**
 * Asks for an address over https and follows redirects. Never http, not even to this computer: a lab's own server can
 * have a certificate of its own. The body comes as it is sent (`Accept-Encoding: identity`). Throws DownloadError, or the
 * signal's reason; `headersMs` limits the wait for each answer's headers.
 */
export async function httpsGet(
  address: string,
  options: {
    readonly trust: TlsTrust
    readonly signal: AbortSignal
    readonly headersMs: number
    readonly headers?: Readonly<Record<string, string>>
  },
): Promise<HttpsAnswer> {
  const seen = new Set<string>()
  let url = parseHttps(address)
  for (;;) {
    if (seen.has(url.href)) throw new DownloadError('redirect-loop', url.href, `it sends in a circle to ${url.href}`)
    if (seen.size > MAX_REDIRECTS)
      throw new DownloadError('too-many-redirects', url.href, `more than ${MAX_REDIRECTS} redirects`)
    seen.add(url.href)
    const body = await ask(url, options)
    const status = body.statusCode ?? 0
    if (status < 300 || status > 399 || status === 304) return { status, headers: body.headers, url: url.href, body }
    body.destroy()
    url = redirected(url, body.headers.location)
  }
}

function parseHttps(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url?.protocol !== 'https:') throw new DownloadError('not-https', address, 'only https addresses are asked')
  return url
}

function redirected(from: URL, location: string | undefined): URL {
  const to = location !== undefined && URL.canParse(location, from.href) ? new URL(location, from) : undefined
  if (to === undefined) throw new DownloadError('bad-redirect', from.href, 'it redirects without saying where to')
  if (to.protocol === 'http:') throw new DownloadError('redirect-to-http', from.href, `it redirects to ${to.href}`)
  if (to.protocol !== 'https:')
    throw new DownloadError('bad-redirect', from.href, `it redirects to an address of ${to.protocol}`)
  return to
}

function ask(url: URL, options: Parameters<typeof httpsGet>[1]): Promise<IncomingMessage> {
  const { signal, trust, headersMs, headers } = options
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve, reject) => {
    const asked = request(url, {
      agent: false,
      headers: { 'accept-encoding': 'identity', 'user-agent': 'Petri', ...headers },
      signal,
      ...(trust && { secureContext: trust }),
      ...(isIP(host) === 0 && { servername: host }),
    })
    const timer = setTimeout(
      () => asked.destroy(new DownloadError('silent', url.href, `no answer within ${headersMs / 1000} s`)),
      headersMs,
    )
    asked.on('response', (answer) => {
      clearTimeout(timer)
      resolve(answer)
    })
    asked.on('error', (error) => {
      clearTimeout(timer)
      reject(signal.aborted ? abortError(signal) : connectionError(url, error))
    })
    asked.end()
  })
}

const abortError = (signal: AbortSignal): Error =>
  signal.reason instanceof Error ? signal.reason : new DOMException('Cancelled', 'AbortError')

/** Codes of OpenSSL and Node that speak of the certificate, with what they mean. */
const certificateWords: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet; is this computer’s clock right?',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by an authority that is not known here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is signed by an authority that is not known here',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate is signed by an authority that is not known here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is signed by an authority that is not known here',
  CERT_REVOKED: 'its certificate was revoked',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
}

/** Puts an error of the connection into words. */
export function connectionError(url: URL, error: Error): DownloadError {
  if (error instanceof DownloadError) return error
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const certificate = Object.hasOwn(certificateWords, code) ? certificateWords[code] : undefined
  const make = (kind: DownloadError['kind'], message: string) =>
    new DownloadError(kind, url.href, message, { cause: error })
  if (certificate !== undefined) return make('certificate', certificate)
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return make('name-not-found', `there is no address for ${url.hostname}`)
  if (/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EADDRNOTAVAIL)$/.test(code))
    return make('unreachable', `${url.host} cannot be reached (${code})`)
  if (/^(ECONNRESET|EPIPE|ERR_STREAM_PREMATURE_CLOSE)$/.test(code)) return make('cut-off', 'the connection was cut')
  if (code.startsWith('HPE_')) return make('protocol', `its answer is not HTTP (${code})`)
  if (code.startsWith('ERR_SSL') || code === 'EPROTO') return make('protocol', `no TLS connection (${code})`)
  return make('unreachable', error.message)
}
