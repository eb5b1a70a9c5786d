import type { IncomingHttpHeaders } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

import { DownloadError } from './download-error.ts'
import { connectionError, type HttpsAnswer, httpsGet } from './https-get.ts'
import { type DigestName, openPartialFile, type PartialFile, type ResumePoint } from './partial-file.ts'
import { type StallLimit, watchForStall } from './stall-watch.ts'
import type { TlsTrust } from './tls-trust.ts'

export interface DownloadLimits {
  /** For the headers of each answer, in ms. */
  readonly headersMs: number
  readonly stall: StallLimit
  /** Attempts after the first that bring nothing worth mentioning before it is given up. */
  readonly retries: number
  /** Before the first of them, in ms; doubled each time. */
  readonly retryDelayMs: number
}

export const downloadLimits: DownloadLimits = {
  headersMs: 30_000,
  stall: { windowMs: 30_000, minBytes: 30 * 1024 },
  retries: 4,
  retryDelayMs: 1_000,
}

/** An attempt that brought this much was worth making: the count of retries begins again. */
const WORTHWHILE_BYTES = 1024 * 1024
/** The first bytes are looked at before the rest is fetched. */
const FIRST_BYTES = 512

export interface DownloadRequest {
  readonly url: string
  /** Where it is collected; with `<path>.json` beside it, it outlives a failure that can be made good. */
  readonly path: string
  /** What the file must have; undefined: as many as the server says, at most `maxBytes`. */
  readonly sizeBytes: number | undefined
  readonly maxBytes: number
  readonly algorithms: readonly DigestName[]
  readonly trust: TlsTrust
  readonly limits: DownloadLimits
  readonly signal: AbortSignal
  /** Resolves at once, or when a pause is over. */
  pausePoint(): Promise<void>
  onProgress(doneBytes: number, totalBytes: number): void
  log(line: string): void
  /** Sees the first bytes, and throws when they are enough to know that the rest is not wanted. */
  checkFirst(first: Uint8Array): void
  /** Hears the size as soon as it is known, and throws when there is no room for it. */
  checkSize(sizeBytes: number): Promise<void>
}

export interface Downloaded {
  readonly sizeBytes: number
  readonly digests: ReadonlyMap<DigestName, string>
}

/**
 * Fetches a file over https. A cut connection is taken up again where it was cut, as long as the server proves that it
 * is still the same file; never more is read than the size allows. Throws DownloadError, the file system's error, what a
 * check threw, or the signal's reason. What is collected stays at `path`: the caller removes it or asks again.
 */
export async function downloadFile(request: DownloadRequest): Promise<Downloaded> {
  const { limits, signal, log } = request
  const part = await openPartialFile(request.path, request.url, request.algorithms)
  try {
    let fruitless = 0
    for (;;) {
      await request.pausePoint()
      const before = part.sizeBytes
      try {
        await attempt(request, part)
        const digests = await part.finish()
        return { sizeBytes: part.sizeBytes, digests }
      } catch (error) {
        signal.throwIfAborted()
        await part.flush()
        if (!(error instanceof DownloadError) || !canTryAgain(error, part.sizeBytes)) throw error
        fruitless = part.sizeBytes - before >= WORTHWHILE_BYTES ? 0 : fruitless + 1
        if (fruitless > limits.retries) throw error
        log(`${error.message}; trying again at byte ${part.sizeBytes}`)
        await delay(limits.retryDelayMs * 2 ** Math.max(0, fruitless - 1), undefined, { signal })
      }
    }
  } finally {
    await part.close()
  }
}

/** A fault of the moment; everything else will be the same the next time. Who never answered is not asked again. */
function canTryAgain({ kind, status = 0 }: DownloadError, sizeBytes: number): boolean {
  if (kind === 'cut-off' || kind === 'stalled') return true
  if (kind === 'unreachable' || kind === 'silent' || kind === 'name-not-found') return sizeBytes > 0
  return kind === 'status' && (status === 429 || status >= 500) && sizeBytes > 0
}

/** True for a failure after which what was collected is still worth keeping for another attempt. */
export function canBeResumed(error: unknown): boolean {
  return error instanceof DownloadError && canTryAgain(error, 1)
}

async function attempt(request: DownloadRequest, part: PartialFile): Promise<void> {
  const { url, trust, signal, limits } = request
  const goOn = part.resume !== undefined && part.sizeBytes > 0 ? part.resume : undefined
  const headers = goOn && { range: `bytes=${part.sizeBytes}-`, 'if-range': goOn.validator }
  const answer = await httpsGet(url, { trust, signal, headersMs: limits.headersMs, ...(headers && { headers }) })
  try {
    const totalBytes = await agree(request, part, answer, goOn)
    await receive(request, part, answer, totalBytes)
  } finally {
    answer.body.destroy()
  }
}

/** Settles what the answer is worth before its body is read; returns the size of the whole file. */
async function agree(
  request: DownloadRequest,
  part: PartialFile,
  { status, headers, url }: HttpsAnswer,
  goOn: ResumePoint | undefined,
): Promise<number> {
  const fail = (kind: DownloadError['kind'], message: string) => new DownloadError(kind, url, message, { status })
  if (status === 416 && goOn) {
    // The file is shorter than what is here: it is another one.
    await part.remember(undefined)
    await part.restart()
    throw fail('changed', 'the file has become shorter while it was downloaded')
  }
  if (status !== 200 && !(status === 206 && goOn)) throw fail('status', `it answers with status ${status}`)
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity')
    throw fail('encoded', `it sends the file encoded (${encoding}), which was not asked for`)

  const totalBytes = status === 206 ? wholeSize(headers, part.sizeBytes, url) : contentLength(headers)
  const validator = strongValidator(headers)
  if (status === 206 && goOn) {
    if (validator !== undefined && validator !== goOn.validator)
      throw fail('changed', 'the file has changed on the server while it was downloaded')
    if (goOn.totalBytes !== undefined && totalBytes !== goOn.totalBytes)
      throw fail('changed', `the file had ${goOn.totalBytes} bytes, and has ${totalBytes ?? 'no known number'} now`)
  } else if (part.sizeBytes > 0) {
    request.log('The server sends the file from its beginning')
    await part.restart()
  }
  const expected = request.sizeBytes
  if (totalBytes !== undefined && expected !== undefined && totalBytes !== expected)
    throw fail('wrong-size', `the file has ${totalBytes} bytes, not ${expected}`)
  if (totalBytes !== undefined && totalBytes > request.maxBytes)
    throw fail('too-large', `the file has ${totalBytes} bytes, more than the ${request.maxBytes} that are taken`)
  const size = totalBytes ?? expected
  if (size === undefined) throw fail('no-size', 'it sends no Content-Length')
  await request.checkSize(size)
  await part.remember(validator === undefined ? undefined : { url: request.url, validator, totalBytes: size })
  return size
}

async function receive(
  request: DownloadRequest,
  part: PartialFile,
  { body, url }: HttpsAnswer,
  totalBytes: number,
): Promise<void> {
  const watch = watchForStall(request.limits.stall, () => {
    const { windowMs, minBytes } = request.limits.stall
    const message = `fewer than ${minBytes} bytes came within ${windowMs / 1000} s`
    body.destroy(new DownloadError('stalled', url, message))
  })
  const first = firstBytes(request, part)
  try {
    for await (const chunk of body) {
      if (!Buffer.isBuffer(chunk)) continue
      watch.came(chunk.length)
      if (part.sizeBytes + chunk.length > totalBytes)
        throw new DownloadError(
          'too-large',
          url,
          `it sends more than the ${totalBytes} bytes that the file should have`,
        )
      first.look(chunk)
      await part.append(chunk)
      request.onProgress(part.sizeBytes, totalBytes)
      watch.hold(true)
      await request.pausePoint()
      watch.hold(false)
    }
  } catch (error) {
    request.signal.throwIfAborted()
    throw isOfTheNetwork(error) ? connectionError(new URL(url), error) : error
  } finally {
    watch.end()
  }
  first.end()
  if (part.sizeBytes < totalBytes)
    throw new DownloadError('too-short', url, `it ended after ${part.sizeBytes} of ${totalBytes} bytes`)
}

/** Hands the beginning of the file to the check, once there is enough of it or no more will come. */
function firstBytes({ checkFirst }: DownloadRequest, part: PartialFile) {
  let collected = Buffer.alloc(0)
  let checked = part.sizeBytes > 0
  const check = () => {
    checked = true
    checkFirst(collected)
  }
  return {
    look(chunk: Buffer) {
      if (checked) return
      collected = Buffer.concat([collected, chunk.subarray(0, FIRST_BYTES)])
      if (collected.length >= FIRST_BYTES) check()
    },
    end() {
      if (!checked) check()
    },
  }
}

/** Errors of Node's streams and sockets have a code of capital letters that no file error shares. */
function isOfTheNetwork(error: unknown): error is Error {
  return (
    error instanceof Error &&
    (error instanceof DownloadError ||
      error.message === 'aborted' ||
      ('code' in error &&
        typeof error.code === 'string' &&
        /^(ECONN|EPIPE|ETIMEDOUT|ERR_STREAM|ERR_SSL|HPE_)/.test(error.code)))
  )
}

function contentLength(headers: IncomingHttpHeaders): number | undefined {
  const text = headers['content-length']
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

/** The size that `Content-Range` tells; throws unless the range begins where it was asked to. */
function wholeSize(headers: IncomingHttpHeaders, fromByte: number, url: string): number | undefined {
  const range = headers['content-range'] ?? ''
  const [, first, , whole] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(range) ?? []
  if (Number(first) !== fromByte)
    throw new DownloadError('wrong-range', url, `asked for the file from byte ${fromByte}, got "${range.slice(0, 80)}"`)
  return whole === undefined || whole === '*' ? undefined : Number(whole)
}

/** What proves later that the file is still the same: a strong ETag, else the date of its last change. */
function strongValidator(headers: IncomingHttpHeaders): string | undefined {
  const { etag } = headers
  return etag !== undefined && !etag.startsWith('W/') ? etag : headers['last-modified']
}
