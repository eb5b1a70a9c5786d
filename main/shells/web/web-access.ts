import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { rm } from 'node:fs/promises'

import { writeDurableFile } from '../../system/files/write-durable-file.ts'

const TOKEN_BYTES = 32
/** Browsers that may be logged in at once; the one that logged in first is logged out. */
const MAX_SESSIONS = 32

/**
 * Who may use one web server: a link that works once, and the cookies that were given for it.
 *
 * The link's token is exchanged for a cookie that only this server reads, and a new link takes its place in `file`
 * (mode 0600): what stands in a shell's history or over somebody's shoulder is worth nothing once it was used.
 */
export class WebAccess {
  readonly #sessions: Buffer[] = []
  readonly #cookieName: string
  readonly #linkOf: (token: string) => string
  #token = newToken()
  /** Where the link that works now can be read. */
  readonly file: string

  /** `instanceId` keeps the cookies of two servers apart: a browser shares them between all ports of a host. */
  constructor(instanceId: string, file: string, linkOf: (token: string) => string) {
    this.#cookieName = `petri-${instanceId}`
    this.file = file
    this.#linkOf = linkOf
  }

  /** The address that opens one browser. */
  get link(): string {
    return this.#linkOf(this.#token)
  }

  /** Writes the link into `file`. Throws the file system's error. */
  publish(): Promise<void> {
    return writeDurableFile(this.file, `${this.link}\n`)
  }

  async withdraw(): Promise<void> {
    await rm(this.file, { force: true })
  }

  /** Exchanges the link's token for a `Set-Cookie` value; undefined when it is not the one. */
  exchange(token: string): string | undefined {
    if (!same(digest(token), digest(this.#token))) return undefined
    this.#token = newToken()
    const session = newToken()
    this.#sessions.push(digest(session))
    if (this.#sessions.length > MAX_SESSIONS) this.#sessions.shift()
    return `${this.#cookieName}=${session}; HttpOnly; SameSite=Strict; Path=/`
  }

  /** `none`: the browser has no cookie of this server. `bad`: it has one that this server never gave, or took back. */
  session(cookieHeader: string | undefined): 'valid' | 'bad' | 'none' {
    const values = (cookieHeader ?? '').split(';').flatMap((pair) => {
      const [name, value] = pair.trim().split('=', 2)
      return name === this.#cookieName && value !== undefined ? [value] : []
    })
    const [value, ...more] = values
    if (value === undefined) return 'none'
    const given = digest(value)
    // Every session is compared, so that the time says nothing about which one was close.
    const matches = this.#sessions.filter((known) => same(known, given)).length
    return matches === 1 && more.length === 0 ? 'valid' : 'bad'
  }
}

function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url')
}

/** Compared instead of the tokens: equal lengths, and nothing that leaks is of use. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

function same(a: Buffer, b: Buffer): boolean {
  return timingSafeEqual(a, b)
}
