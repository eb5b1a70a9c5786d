import { DownloadError } from './download-error.ts'
import { connectionError, httpsGet } from './https-get.ts'
import { type StallLimit, watchForStall } from './stall-watch.ts'
import type { TlsTrust } from './tls-trust.ts'

export interface FetchOptions {
  readonly trust: TlsTrust
  readonly signal: AbortSignal
  readonly headersMs: number
  readonly stall: StallLimit
  readonly maxBytes: number
}

/** Fetches a small file whole; stops at one byte more than `maxBytes`. Throws DownloadError, or the signal's reason. */
export async function fetchBytes(address: string, options: FetchOptions): Promise<Uint8Array> {
  const { status, headers, body, url } = await httpsGet(address, options)
  const watch = watchForStall(options.stall, () => {
    body.destroy(new DownloadError('stalled', url, `too little came within ${options.stall.windowMs / 1000} s`))
  })
  try {
    if (status !== 200) throw new DownloadError('status', url, `it answers with status ${status}`, { status })
    if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity')
      throw new DownloadError('encoded', url, 'it sends the file encoded, which was not asked for')
    const chunks: Buffer[] = []
    let sizeBytes = 0
    for await (const chunk of body) {
      if (!Buffer.isBuffer(chunk)) continue
      watch.came(chunk.length)
      sizeBytes += chunk.length
      if (sizeBytes > options.maxBytes)
        throw new DownloadError('too-large', url, `it sends more than ${options.maxBytes} bytes`)
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  } catch (error) {
    options.signal.throwIfAborted()
    throw error instanceof Error ? connectionError(new URL(url), error) : error
  } finally {
    watch.end()
    body.destroy()
  }
}
