import { EventEmitter, once } from 'node:events'
import { chmod, mkdir, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { dirname } from 'node:path'

import { WIRE_MAX_REQUEST_BYTES } from '#contract/wire'
import { WebSocketServer } from 'ws'

import type { App } from '../../api/app.ts'
import { endConnection, serveConnection } from './serve-connection.ts'
import { socketAddress } from './socket-address.ts'

const MAX_CLIENTS = 128
/** A client that asks nothing for this long, in ms, has what it came for, or only looks on. */
const QUIET_MS = 200

/** The owner's door for other processes of the same user. Closing it ends the connections and no machine. */
export interface LocalSocket extends AsyncDisposable {
  readonly path: string
  /**
   * Lets nobody in any more, and resolves when those who are in have got their answers and ask nothing more; after
   * `limitMs` at the latest.
   */
  finish(limitMs: number): Promise<void>
}

/**
 * Serves the app on a Unix socket in a folder with mode 0700; the socket has 0600, so that file permissions are the
 * whole access check: the same user or root. A socket file that is there already is replaced, which is safe only
 * because the caller holds the lock of the data folder. Throws the system's error when it cannot listen.
 */
export async function serveLocalSocket(app: App, path: string): Promise<LocalSocket> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await chmod(dirname(path), 0o700)
  await rm(path, { force: true })

  const server = createServer((_request, response) => response.writeHead(426).end())
  const sockets = new WebSocketServer({ server, maxPayload: WIRE_MAX_REQUEST_BYTES, clientTracking: true })
  const traffic = new EventEmitter<{ change: [] }>()
  let openCalls = 0
  const counted: App = {
    ...app,
    dispatch: async (...call) => {
      openCalls++
      try {
        return await app.dispatch(...call)
      } finally {
        openCalls--
        traffic.emit('change')
      }
    },
  }
  sockets.on('connection', (socket) => {
    if (sockets.clients.size > MAX_CLIENTS) return socket.close(1013, 'too many clients')
    socket.on('close', () => traffic.emit('change'))
    serveConnection(counted, socket)
  })

  const address = socketAddress(path)
  try {
    server.listen(address.path)
    await once(server, 'listening')
    await chmod(address.path, 0o600)
  } catch (error) {
    server.close()
    address.release()
    throw error
  }
  // The socket stands; what may still go wrong is one client's matter.
  server.on('error', () => undefined)

  return {
    path,
    finish: async (limitMs) => {
      server.close()
      const deadlineMs = performance.now() + limitMs
      while (sockets.clients.size > 0) {
        const leftMs = deadlineMs - performance.now()
        // Quiet is what follows when nothing is under way; a call that comes in between ends in a change.
        const waitMs = openCalls === 0 ? Math.min(QUIET_MS, leftMs) : leftMs
        if (waitMs <= 0 || (!(await changesWithin(traffic, waitMs)) && openCalls === 0)) return
      }
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets.clients) endConnection(socket)
      sockets.close()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      const cut = setTimeout(() => sockets.clients.forEach((socket) => socket.terminate()), 1000)
      await closed
      clearTimeout(cut)
      address.release()
    },
  }
}

/** Not with `AbortSignal.timeout`: its timer neither keeps the process nor always outlives a collection of garbage. */
async function changesWithin(traffic: EventEmitter<{ change: [] }>, ms: number): Promise<boolean> {
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(), ms)
  try {
    await once(traffic, 'change', { signal: limit.signal })
    return true
  } catch {
    return false
  } finally {
    clearTimeout(timer)
  }
}
