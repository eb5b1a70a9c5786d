import type { ApiEvent, CallOutcome } from '#contract/api'
import type { PetriBridge } from '#contract/bridge'
import type { ConsoleFrame, ConsoleTarget } from '#contract/console'
import type { Failure } from '#contract/failure'
import {
  decodeWireBytes,
  encodeWireBytes,
  WIRE_PROTOCOL,
  type WireReply,
  wireReplySchema,
  type WireRequest,
} from '#contract/wire'

/** How long a call waits for a lost connection to come back, in ms. */
const CALL_PATIENCE_MS = 10_000
/** Pause before the first and before any later attempt to connect again, in ms. */
const FIRST_RETRY_MS = 250
const LAST_RETRY_MS = 5_000

interface PendingCall {
  readonly request: WireRequest
  readonly settle: (outcome: CallOutcome) => void
  sent: boolean
}

interface OpenConsole {
  readonly target: ConsoleTarget
  readonly listener: (frame: ConsoleFrame) => void
  sent: boolean
}

/**
 * The bridge of a window in a browser: one WebSocket to the server that the page came from, opened again by itself when
 * it is lost. Calls under way at that moment fail, for nobody knows whether they were carried out, and consoles get
 * `closed`; calls and consoles that are asked for meanwhile wait for the connection, calls at most 10 s.
 */
export function connectWebBridge(): PetriBridge {
  const calls = new Map<string, PendingCall>()
  const consoles = new Map<number, OpenConsole>()
  const eventListeners = new Set<(event: ApiEvent) => void>()
  const connectionListeners = new Set<(connected: boolean) => void>()
  let socket: WebSocket | undefined
  let connected = false
  let retryMs = FIRST_RETRY_MS
  let retryTimer: number | undefined
  let lastChannel = 0

  const send = (message: WireRequest | Uint8Array<ArrayBuffer>) => {
    if (socket?.readyState !== WebSocket.OPEN) return
    socket.send(message instanceof Uint8Array ? message : JSON.stringify(message))
  }

  const connect = () => {
    clearTimeout(retryTimer)
    const address = new URL('/api', location.href)
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
    const opened = new WebSocket(address)
    opened.binaryType = 'arraybuffer'
    opened.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (data instanceof ArrayBuffer) onBytes(new Uint8Array(data))
      else if (typeof data === 'string') onReply(parseReply(data))
    })
    opened.addEventListener('close', () => {
      socket = undefined
      onLost()
      retryTimer = window.setTimeout(connect, retryMs)
      retryMs = Math.min(LAST_RETRY_MS, retryMs * 2)
    })
    socket = opened
  }

  const onReply = (reply: WireReply | undefined) => {
    switch (reply?.t) {
      case 'hello':
        // A page of an older server cannot speak to the new one; its files are not there any more either.
        if (reply.protocol === WIRE_PROTOCOL) onConnected()
        else location.reload()
        return
      case 'outcome': {
        const { outcome } = reply
        calls.get(reply.id)?.settle(outcome.ok ? { ok: true, value: outcome.value } : outcome)
        return
      }
      case 'event':
        for (const listener of eventListeners) listener(reply.event)
        return
      case 'console': {
        const console = consoles.get(reply.channel)
        if (reply.frame.kind === 'closed') consoles.delete(reply.channel)
        console?.listener(reply.frame)
        return
      }
      case undefined:
        socket?.close()
    }
  }

  const onBytes = (encoded: Uint8Array) => {
    const message = decodeWireBytes(encoded)
    if (message?.kind !== 'data') return
    consoles.get(message.channel)?.listener({ kind: 'data', bytes: message.bytes, replay: message.replay })
  }

  const onConnected = () => {
    retryMs = FIRST_RETRY_MS
    connected = true
    for (const listener of connectionListeners) listener(true)
    for (const call of calls.values()) {
      if (!call.sent) send(call.request)
      call.sent = true
    }
    for (const [channel, console] of consoles) {
      if (!console.sent) send({ t: 'open', channel, target: console.target })
      console.sent = true
    }
  }

  const onLost = () => {
    if (!connected) return
    connected = false
    for (const call of calls.values()) if (call.sent) call.settle({ ok: false, failure: lostWhileUnderWay })
    for (const [channel, console] of consoles) {
      if (!console.sent) continue
      consoles.delete(channel)
      console.listener({ kind: 'closed', reason: lostWhileUnderWay.title })
    }
    for (const listener of connectionListeners) listener(false)
  }

  // A sleeping computer or a hidden tab need not wait for the next attempt.
  const connectNow = () => {
    if (socket === undefined && document.visibilityState === 'visible') connect()
  }
  window.addEventListener('online', connectNow)
  document.addEventListener('visibilitychange', connectNow)
  connect()

  return {
    shell: 'web',
    call: (name, params, callId) =>
      new Promise((resolve) => {
        const request: WireRequest = { t: 'call', id: callId, name, params }
        const patience = window.setTimeout(() => {
          if (!call.sent) call.settle({ ok: false, failure: notConnected })
        }, CALL_PATIENCE_MS)
        const call: PendingCall = {
          request,
          sent: connected,
          settle: (outcome) => {
            clearTimeout(patience)
            calls.delete(callId)
            resolve(outcome)
          },
        }
        calls.set(callId, call)
        if (connected) send(request)
      }),
    cancel: (callId) => {
      const call = calls.get(callId)
      if (call?.sent) send({ t: 'cancel', id: callId })
      else call?.settle({ ok: false, failure: { code: 'cancelled', title: 'Cancelled' } })
    },
    subscribe: (listener) => {
      eventListeners.add(listener)
      return () => eventListeners.delete(listener)
    },
    openConsole: (target, listener) => {
      lastChannel += 1
      const channel = lastChannel
      consoles.set(channel, { target, listener, sent: connected })
      if (connected) send({ t: 'open', channel, target })
      return {
        send: (frame) => {
          if (!consoles.get(channel)?.sent) return
          if (frame.kind === 'resize') send({ t: 'resize', channel, cols: frame.cols, rows: frame.rows })
          else send(encodeWireBytes({ ...frame, channel }))
        },
        close: () => {
          const console = consoles.get(channel)
          consoles.delete(channel)
          if (console?.sent) send({ t: 'close', channel })
        },
      }
    },
    onConnection: (listener) => {
      connectionListeners.add(listener)
      return () => connectionListeners.delete(listener)
    },
    openExternal,
  }
}

/** Asks in the browser's own words, which no page can imitate inside its window. */
function openExternal(url: string): void {
  if (!URL.canParse(url) || new URL(url).protocol !== 'https:') return
  if (window.confirm(`Open this address in a new tab?\n\n${new URL(url).href}`)) {
    window.open(url, '_blank', 'noopener,noreferrer')
  }
}

function parseReply(text: string): WireReply | undefined {
  try {
    return wireReplySchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

const lostWhileUnderWay: Failure = {
  code: 'unavailable',
  title: 'The connection to Petri was lost',
  cause: 'The server ended, or the tunnel to it did. What was asked may have been carried out; the machines run on.',
  cure: { text: 'This page connects again by itself. Look at the state of the machine before you try again.' },
}

const notConnected: Failure = {
  code: 'unavailable',
  title: 'Petri cannot be reached',
  cause: 'The server ended, or the tunnel to it did. The machines run on.',
  cure: {
    text: 'This page connects again by itself. When the server was started anew, open the address that it printed.',
    command: 'petri serve',
  },
}
