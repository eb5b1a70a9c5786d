/** Each way in which a download goes wrong; every one has words of its own where it is shown. */
export type DownloadErrorKind =
  | 'not-https'
  | 'redirect-to-http'
  | 'redirect-loop'
  | 'too-many-redirects'
  | 'bad-redirect'
  | 'certificate'
  | 'name-not-found'
  | 'unreachable'
  | 'silent'
  | 'status'
  | 'encoded'
  | 'wrong-range'
  | 'changed'
  | 'no-size'
  | 'wrong-size'
  | 'too-short'
  | 'too-large'
  | 'cut-off'
  | 'stalled'
  | 'protocol'

/** A download that failed for a reason on the other side or on the way. */
export class DownloadError extends Error {
  override readonly name = 'DownloadError'
  readonly kind: DownloadErrorKind
  /** The address that was asked last. */
  readonly url: string
  /** HTTP status, where the reason is one. */
  readonly status: number | undefined

  constructor(kind: DownloadErrorKind, url: string, message: string, more: { status?: number; cause?: unknown } = {}) {
    super(message, { cause: more.cause })
    this.kind = kind
    this.url = url
    this.status = more.status
  }
}
