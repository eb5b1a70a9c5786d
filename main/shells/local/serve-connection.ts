import type { ApiEvent } from '#contract/api'
import type { ConsoleFrame, ConsoleHandle, ConsoleTarget } from '#contract/console'
import type { Failure } from '#contract/failure'
import {
  decodeWireBytes,
  encodeWireBytes,
  WIRE_MAX_CALLS,
  WIRE_MAX_CONSOLES,
  WIRE_PROTOCOL,
  type WireReply,
  type WireRequest,
  wireRequestSchema,
} from '#contract/wire'
import type { RawData, WebSocket } from 'ws'

import type { App } from '../../api/app.ts'

/** Unsent bytes at which a client counts as one that does not read, and is dropped. */
const MAX_UNSENT_BYTES = 128 * 1024 * 1024

/** Close codes of RFC 6455. */
const CLOSE_GOING_AWAY = 1001
const CLOSE_POLICY_VIOLATION = 1008

/**
 * Speaks the wire protocol with one client until its socket closes. The caller has decided that the client may connect.
 *
 * A message that does not fit the protocol ends the connection. Consoles are held back by the acknowledgements that the
 * hub counts, so what waits unsent stays small; a client that reads nothing at all is dropped.
 * Calls that were under way when the client left run on: a machine half started helps nobody.
 *
 * `pingIntervalMs`: drops a client that has not answered a ping by the next one. Leave it out for clients that may be
 * stopped for long, such as a command in a terminal.
 */
export function serveConnection(app: App, socket: WebSocket, options: { readonly pingIntervalMs?: number } = {}): void {
  const calls = new Map<string, AbortController>()
  const consoles = new Map<number, ConsoleHandle>()

  const sendBytes = (message: string | Uint8Array) => {
    if (socket.readyState !== socket.OPEN) return
    if (socket.bufferedAmount > MAX_UNSENT_BYTES) socket.terminate()
    else socket.send(message)
  }
  const send = (reply: WireReply) => sendBytes(JSON.stringify(reply))

  const onRequest = (request: WireRequest) => {
    switch (request.t) {
      case 'call':
        void call(request.id, request.name, request.params)
        return
      case 'cancel':
        calls.get(request.id)?.abort()
        return
      case 'open':
        open(request.channel, request.target)
        return
      case 'resize':
        consoles.get(request.channel)?.send({ kind: 'resize', cols: request.cols, rows: request.rows })
        return
      case 'close':
        consoles.get(request.channel)?.close()
        consoles.delete(request.channel)
        return
    }
  }

  const call = async (id: string, name: string, params: unknown) => {
    if (calls.has(id)) return violation('this call id is under way')
    if (calls.size >= WIRE_MAX_CALLS) {
      return send({ t: 'outcome', id, outcome: { ok: false, failure: tooManyCalls } })
    }
    const controller = new AbortController()
    calls.set(id, controller)
    const outcome = await app.dispatch(name, params, { signal: controller.signal })
    calls.delete(id)
    send({ t: 'outcome', id, outcome })
  }

  const open = (channel: number, target: ConsoleTarget) => {
    if (consoles.has(channel)) return violation('this console channel is open')
    if (consoles.size >= WIRE_MAX_CONSOLES) {
      const reason = `This connection has ${WIRE_MAX_CONSOLES} consoles open, and no more are allowed.`
      return send({ t: 'console', channel, frame: { kind: 'closed', reason } })
    }
    // A hub may answer before `openConsole` returns; `closed` must then not be followed by an entry in the table.
    let closed = false
    const handle = app.openConsole(target, (frame) => {
      if (frame.kind === 'closed') {
        closed = true
        consoles.delete(channel)
      }
      sendFrame(channel, frame)
    })
    if (!closed) consoles.set(channel, handle)
  }

  const sendFrame = (channel: number, frame: ConsoleFrame) => {
    if (frame.kind === 'data') sendBytes(encodeWireBytes({ ...frame, channel }))
    else send({ t: 'console', channel, frame })
  }

  const onBytes = (encoded: Uint8Array) => {
    const message = decodeWireBytes(encoded)
    if (message === undefined || message.kind === 'data') return violation('not a message of this protocol')
    // A console that has just been closed may still get bytes that were on their way.
    const handle = consoles.get(message.channel)
    if (message.kind === 'ack') handle?.send({ kind: 'ack', bytes: message.bytes })
    else handle?.send({ kind: message.kind, bytes: message.bytes })
  }

  const violation = (reason: string) => socket.close(CLOSE_POLICY_VIOLATION, reason)

  const unsubscribe = app.subscribe((event: ApiEvent) => send({ t: 'event', event }))
  const stopPings = options.pingIntervalMs === undefined ? undefined : keepAlive(socket, options.pingIntervalMs)

  socket.on('message', (data, isBinary) => {
    if (socket.readyState !== socket.OPEN) return
    if (isBinary) return onBytes(wholeMessage(data))
    const request = parseRequest(wholeMessage(data))
    if (request === undefined) violation('not a message of this protocol')
    else onRequest(request)
  })
  // Too large a message, a broken frame, a reset: 'close' follows.
  socket.on('error', () => undefined)
  socket.on('close', () => {
    unsubscribe()
    stopPings?.()
    for (const handle of consoles.values()) handle.close()
    consoles.clear()
  })

  send({ t: 'hello', protocol: WIRE_PROTOCOL })
}

/** Tells a client that the owner ends; it may look for the next one. */
export function endConnection(socket: WebSocket): void {
  socket.close(CLOSE_GOING_AWAY, 'Petri is closing')
}

/** The bytes of a message of `ws`, which gives one Buffer unless it was set to another type. */
export function wholeMessage(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data)
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data
}

function parseRequest(message: Uint8Array): WireRequest | undefined {
  try {
    return wireRequestSchema.safeParse(JSON.parse(new TextDecoder().decode(message))).data
  } catch {
    return undefined
  }
}

function keepAlive(socket: WebSocket, intervalMs: number): () => void {
  let answered = true
  socket.on('pong', () => {
    answered = true
  })
  const timer = setInterval(() => {
    if (!answered) return socket.terminate()
    answered = false
    socket.ping()
  }, intervalMs)
  return () => clearInterval(timer)
}

const tooManyCalls: Failure = {
  code: 'conflict',
  title: 'Too many things are under way on this connection',
  evidence: `${WIRE_MAX_CALLS} calls have not ended yet.`,
  cure: { text: 'Wait until some of them have ended, and try again.' },
}
