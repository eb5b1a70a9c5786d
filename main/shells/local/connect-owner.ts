import { connect } from 'node:net'

import type { ApiEvent, CallOutcome } from '#contract/api'
import type { ConsoleFrame } from '#contract/console'
import type { Failure } from '#contract/failure'
import {
  decodeWireBytes,
  encodeWireBytes,
  WIRE_MAX_REPLY_BYTES,
  WIRE_PROTOCOL,
  type WireReply,
  wireReplySchema,
  type WireRequest,
} from '#contract/wire'
import { WebSocket } from 'ws'

import type { App } from '../../api/app.ts'
import { wholeMessage } from './serve-connection.ts'
import { socketAddress } from './socket-address.ts'

/** How often the owner is asked for a sign of life, and how long it may take, in ms. */
const PING_INTERVAL_MS = 10_000

/** No owner answered at this socket: it ended, hangs, or is of another version. */
export class OwnerUnreachableError extends Error {
  override readonly name = 'OwnerUnreachableError'
  readonly socketPath: string
  readonly kind: 'gone' | 'not-answering' | 'other-version'
  constructor(socketPath: string, kind: OwnerUnreachableError['kind'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.socketPath = socketPath
    this.kind = kind
  }
}

export interface ConnectOwnerOptions {
  /** How long the owner may take to say hello. */
  readonly timeoutMs: number
  /** Called once when the owner is lost; not called after the app was disposed of. */
  readonly onLost?: () => void
}

/**
 * The app of another process, over its local socket. Behaves as a local one; when the owner is lost, calls under way
 * end with `unavailable` (it ended) or `not-answering` (it hangs), and consoles get `closed`.
 * Throws `OwnerUnreachableError`. Disposing of it leaves the owner running.
 */
export async function connectOwner(socketPath: string, options: ConnectOwnerOptions): Promise<App> {
  const socket = await openSocket(socketPath, options.timeoutMs)
  return new RemoteApp(socket, options.onLost)
}

function openSocket(socketPath: string, timeoutMs: number): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const address = socketAddress(socketPath)
    // Not a `ws+unix:` address, which takes no colon and no blank in the path.
    const socket = new WebSocket('ws://petri/', {
      createConnection: () => connect(address.path),
      maxPayload: WIRE_MAX_REPLY_BYTES,
      perMessageDeflate: false,
    })
    const fail = (kind: OwnerUnreachableError['kind'], message: string, cause?: unknown) => {
      finish()
      socket.on('error', () => undefined)
      socket.terminate()
      reject(new OwnerUnreachableError(socketPath, kind, message, { cause }))
    }
    const onError = (error: Error) => fail('gone', `no Petri answers at ${socketPath}: ${error.message}`, error)
    const onClose = () => fail('gone', `the Petri at ${socketPath} closed the connection`)
    const onFirst = (data: Parameters<typeof wholeMessage>[0], isBinary: boolean) => {
      const hello = isBinary ? undefined : parseReply(wholeMessage(data))
      if (hello?.t !== 'hello' || hello.protocol !== WIRE_PROTOCOL) {
        return fail('other-version', `the Petri at ${socketPath} is of another version; close it and start again`)
      }
      // Messages that follow at once must find their listener, which is set when the promise resolves.
      socket.pause()
      finish()
      resolve(socket)
    }
    const timer = setTimeout(
      () => fail('not-answering', `the Petri at ${socketPath} did not answer within ${timeoutMs} ms`),
      timeoutMs,
    )
    const finish = () => {
      clearTimeout(timer)
      address.release()
      socket.off('error', onError).off('close', onClose).off('message', onFirst)
    }
    socket.on('error', onError).on('close', onClose).on('message', onFirst)
  })
}

class RemoteApp implements App {
  readonly #socket: WebSocket
  readonly #calls = new Map<string, (outcome: CallOutcome) => void>()
  readonly #consoles = new Map<number, (frame: ConsoleFrame) => void>()
  readonly #listeners = new Set<(event: ApiEvent) => void>()
  readonly #pings: NodeJS.Timeout
  #lastId = 0
  /** Set once the connection is over: what every further call gets. */
  #lost: Failure | undefined
  #hangs = false

  constructor(socket: WebSocket, onLost: (() => void) | undefined) {
    this.#socket = socket
    socket.on('message', (data, isBinary) => {
      if (isBinary) this.#onBytes(wholeMessage(data))
      else this.#onText(wholeMessage(data))
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.#end(this.#hangs ? ownerHangs : ownerEnded)
      onLost?.()
    })
    this.#pings = this.#watch()
    socket.resume()
  }

  dispatch(name: string, params: unknown, options: { readonly signal?: AbortSignal } = {}): Promise<CallOutcome> {
    const { signal } = options
    if (this.#lost) return Promise.resolve({ ok: false, failure: this.#lost })
    if (signal?.aborted) return Promise.resolve({ ok: false, failure: cancelled })
    const id = String(++this.#lastId)
    return new Promise((resolve) => {
      const cancel = () => this.#send({ t: 'cancel', id })
      this.#calls.set(id, (outcome) => {
        signal?.removeEventListener('abort', cancel)
        resolve(outcome)
      })
      signal?.addEventListener('abort', cancel)
      this.#send({ t: 'call', id, name, params })
    })
  }

  subscribe(listener: (event: ApiEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  openConsole(...[target, listener]: Parameters<App['openConsole']>): ReturnType<App['openConsole']> {
    if (this.#lost) {
      const reason = this.#lost.title
      queueMicrotask(() => listener({ kind: 'closed', reason }))
      return { send: () => undefined, close: () => undefined }
    }
    const channel = ++this.#lastId
    this.#consoles.set(channel, listener)
    this.#send({ t: 'open', channel, target })
    return {
      send: (frame) => {
        if (!this.#consoles.has(channel)) return
        if (frame.kind === 'resize') this.#send({ t: 'resize', channel, cols: frame.cols, rows: frame.rows })
        else this.#socket.send(encodeWireBytes({ ...frame, channel }))
      },
      close: () => {
        if (this.#consoles.delete(channel)) this.#send({ t: 'close', channel })
      },
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.removeAllListeners('close')
    this.#end(ownerLeft)
    this.#socket.close()
    const cut = setTimeout(() => this.#socket.terminate(), 1000)
    if (this.#socket.readyState !== WebSocket.CLOSED) {
      await new Promise<void>((resolve) => this.#socket.once('close', () => resolve()))
    }
    clearTimeout(cut)
  }

  #send(request: WireRequest): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(request))
  }

  #onText(message: Uint8Array): void {
    const reply = parseReply(message)
    switch (reply?.t) {
      case 'outcome': {
        const { outcome } = reply
        this.#calls.get(reply.id)?.(outcome.ok ? { ok: true, value: outcome.value } : outcome)
        this.#calls.delete(reply.id)
        return
      }
      case 'event':
        for (const listener of this.#listeners) listener(reply.event)
        return
      case 'console': {
        const listener = this.#consoles.get(reply.channel)
        if (reply.frame.kind === 'closed') this.#consoles.delete(reply.channel)
        listener?.(reply.frame)
        return
      }
      case 'hello':
        return
      case undefined:
        this.#socket.close(1008, 'not a message of this protocol')
    }
  }

  #onBytes(encoded: Uint8Array): void {
    const message = decodeWireBytes(encoded)
    if (message?.kind !== 'data') return
    this.#consoles.get(message.channel)?.({ kind: 'data', bytes: message.bytes, replay: message.replay })
  }

  /** Asks for signs of life while somebody waits for the owner; two missing in a row end the connection. */
  #watch(): NodeJS.Timeout {
    let unanswered = 0
    this.#socket.on('pong', () => {
      unanswered = 0
    })
    const timer = setInterval(() => {
      if (unanswered >= 2) {
        this.#hangs = true
        this.#socket.terminate()
        return
      }
      unanswered += 1
      this.#socket.ping()
    }, PING_INTERVAL_MS)
    return timer.unref()
  }

  #end(failure: Failure): void {
    clearInterval(this.#pings)
    this.#lost ??= failure
    for (const settle of this.#calls.values()) settle({ ok: false, failure })
    this.#calls.clear()
    for (const listener of this.#consoles.values()) listener({ kind: 'closed', reason: failure.title })
    this.#consoles.clear()
    this.#listeners.clear()
  }
}

function parseReply(message: Uint8Array): WireReply | undefined {
  try {
    return wireReplySchema.safeParse(JSON.parse(new TextDecoder().decode(message))).data
  } catch {
    return undefined
  }
}

const ownerEnded: Failure = {
  code: 'unavailable',
  title: 'The Petri that runs the machines has ended',
  cause: 'It was closed or it crashed while this was under way. The machines run on.',
  cure: { text: 'Try again: the next Petri takes the machines over.' },
}

const ownerHangs: Failure = {
  code: 'not-answering',
  title: 'The Petri that runs the machines does not answer',
  cause: 'It is stopped or overloaded. It may still carry out what was asked.',
  cure: { text: 'Look at the state of the machine before you try again.' },
}

const ownerLeft: Failure = { code: 'cancelled', title: 'The connection to Petri was closed' }

const cancelled: Failure = { code: 'cancelled', title: 'Cancelled' }
