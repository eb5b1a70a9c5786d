import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'

import { WIRE_MAX_REQUEST_BYTES } from '#contract/wire'
import { WebSocketServer } from 'ws'

import type { App } from '../../api/app.ts'
import { portHolder } from '../../system/net/port-holder.ts'
import { endConnection, serveConnection } from '../local/serve-connection.ts'
import { openStaticFiles, type StaticFiles } from '../local/static-files.ts'
import { windowHeaders } from '../local/window-headers.ts'
import { BadTokenBrake } from './bad-token-brake.ts'
import { checkRequest } from './request-gate.ts'
import { WebAccess } from './web-access.ts'

/** Where the page's WebSocket is. */
const SOCKET_PATH = '/api'
const MAX_CLIENTS = 64
const PING_INTERVAL_MS = 30_000

export interface ServeWebOptions {
  readonly app: App
  /** Absolute folder of the built window. */
  readonly rendererFolder: string
  /** 0 or nothing: any free one. */
  readonly port?: number
  /** Absolute folder, of mode 0700, where the file with the link is kept while this server runs. */
  readonly runtimeFolder: string
  readonly now: () => Date
  /** How long the answer to the first bad token waits, and to any later one at most, in ms. */
  readonly badTokenDelay?: { readonly firstMs: number; readonly maxMs: number }
}

export interface WebServer {
  /** The link that opens one browser; the next one is in `linkFile`. */
  readonly url: string
  readonly port: number
  /** Absolute path of the file, of mode 0600, that always holds a link that still works. */
  readonly linkFile: string
  close(): Promise<void>
}

/** Another program listens on the wanted port; `holder` names it where that is known. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError'
  readonly port: number
  readonly holder: string | undefined
  constructor(port: number, holder: string | undefined, options: ErrorOptions) {
    super(`port ${port} of 127.0.0.1 is taken by ${holder ?? 'another program'}`, options)
    this.port = port
    this.holder = holder
  }
}

/**
 * Serves the window and the app on 127.0.0.1 to whoever has the link. See docs/security.md.
 * Throws `PortTakenError`, or the file system's error when the built window is not there.
 */
export async function serveWeb(options: ServeWebOptions): Promise<WebServer> {
  const files = await openStaticFiles(options.rendererFolder)
  await mkdir(options.runtimeFolder, { recursive: true, mode: 0o700 })

  const server = createServer({ headersTimeout: 10_000, requestTimeout: 30_000 })
  const port = await listen(server, options.port ?? 0)
  const access = new WebAccess(
    randomBytes(4).toString('hex'),
    join(options.runtimeFolder, `web-${port}.url`),
    (token) => `http://127.0.0.1:${port}/?token=${token}`,
  )
  try {
    await access.publish()
  } catch (error) {
    server.close()
    throw error
  }
  const site = new WebSite(options, port, files, access)
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    site.onRequest(request, response).catch(() => response.destroy())
  })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    site.onUpgrade(request, socket, head).catch(() => socket.destroy())
  })
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')
  })

  return {
    url: access.link,
    port,
    linkFile: access.file,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      await site.endConnections()
      server.closeAllConnections()
      await closed
      await access.withdraw()
    },
  }
}

async function listen(server: Server, port: number): Promise<number> {
  try {
    server.listen({ host: '127.0.0.1', port, exclusive: true })
    await once(server, 'listening')
  } catch (error) {
    const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    throw taken ? new PortTakenError(port, portHolder('tcp', port), { cause: error }) : error
  }
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : port
}

/** What one server answers, once it listens. */
class WebSite {
  readonly #app: App
  readonly #port: number
  readonly #files: StaticFiles
  readonly #access: WebAccess
  readonly #brake: BadTokenBrake
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: WIRE_MAX_REQUEST_BYTES })

  constructor(options: ServeWebOptions, port: number, files: StaticFiles, access: WebAccess) {
    this.#app = options.app
    this.#port = port
    this.#files = files
    this.#access = access
    this.#brake = new BadTokenBrake({ now: options.now, ...(options.badTokenDelay ?? { firstMs: 200, maxMs: 5000 }) })
  }

  async onRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const verdict = this.#check(request, false)
    const headers = windowHeaders(verdict.kind === 'pass' ? [`ws://${verdict.host}`] : [])
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    response.setHeader('Cache-Control', 'no-store')
    if (verdict.kind === 'refuse') return say(request, response, verdict.status, `Refused: ${verdict.reason}.`)

    const session = this.#access.session(request.headers.cookie)
    const token = verdict.path === '/' ? verdict.query.get('token') : null
    if (token !== null && session !== 'valid') return this.#logIn(request, response, token)
    if (session === 'bad') return this.#refuseSlowly(request, response)
    if (session === 'none') return say(request, response, 401, NO_LINK)
    // A link that is opened again in its browser, or what is left of one, need not stay in the address bar.
    if (token !== null) return void response.writeHead(303, { Location: '/' }).end()
    return this.#sendFile(request, response, verdict.path)
  }

  async onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const verdict = this.#check(request, true)
    if (verdict.kind === 'refuse') return refuseUpgrade(socket, verdict.status)
    if (verdict.path !== SOCKET_PATH) return refuseUpgrade(socket, 404)
    const session = this.#access.session(request.headers.cookie)
    if (session === 'bad') return refuseUpgrade(socket, (await this.#brake.hold()) ? 401 : 429)
    if (session === 'none') return refuseUpgrade(socket, 401)
    if (this.#sockets.clients.size >= MAX_CLIENTS) return refuseUpgrade(socket, 503)
    this.#sockets.handleUpgrade(request, socket, head, (client) => {
      serveConnection(this.#app, client, { pingIntervalMs: PING_INTERVAL_MS })
    })
  }

  async endConnections(): Promise<void> {
    const ends = [...this.#sockets.clients].map((client) => {
      const ended = new Promise<void>((resolve) => client.once('close', () => resolve()))
      endConnection(client)
      const cut = setTimeout(() => client.terminate(), 1000)
      return ended.then(() => clearTimeout(cut))
    })
    await Promise.all(ends)
  }

  #check(request: IncomingMessage, isWebSocket: boolean) {
    const { method = '', url: target = '', rawHeaders } = request
    return checkRequest({ method, target, rawHeaders, isWebSocket }, this.#port)
  }

  async #logIn(request: IncomingMessage, response: ServerResponse, token: string): Promise<void> {
    // A browser that fetches ahead of its user must not use the link up.
    const isAhead = request.method !== 'GET' || request.headers['sec-purpose'] !== undefined
    if (isAhead) return say(request, response, 403, 'Refused: this link is for opening.')
    const cookie = this.#access.exchange(token)
    if (cookie === undefined) return this.#refuseSlowly(request, response)
    await this.#access.publish()
    response.writeHead(303, { 'Set-Cookie': cookie, Location: '/' }).end()
  }

  async #refuseSlowly(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (await this.#brake.hold()) say(request, response, 401, NO_LINK)
    else say(request, response, 429, 'Too many wrong links. Wait a moment.')
  }

  async #sendFile(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const file = await this.#files.find(path)
    if (!file) return say(request, response, 404, 'There is nothing at this address.')
    const content = await readFile(file.path)
    response.setHeader('Content-Type', file.contentType)
    response.setHeader('Content-Length', content.byteLength)
    if (file.immutable) response.setHeader('Cache-Control', 'private, max-age=31536000, immutable')
    response.writeHead(200).end(request.method === 'HEAD' ? undefined : content)
  }
}

const NO_LINK = `This browser is not logged in to this Petri, or its link was used before: each link opens one browser.
Open the address that "petri serve" printed, or run it again for a new one.`

function say(request: IncomingMessage, response: ServerResponse, status: number, text: string): void {
  // What a refused request still wants to send is not read.
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' })
  response.end(request.method === 'HEAD' ? undefined : `${text}\n`)
}

function refuseUpgrade(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
