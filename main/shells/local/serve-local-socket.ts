import { once } from 'node:events'
import { chmod, mkdir, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { dirname } from 'node:path'

import { WIRE_MAX_REQUEST_BYTES } from '#contract/wire'
import { WebSocketServer } from 'ws'

import type { App } from '../../api/app.ts'
import { endConnection, serveConnection } from './serve-connection.ts'
import { socketAddress } from './socket-address.ts'

const MAX_CLIENTS = 128

/** The owner's door for other processes of the same user. Closing it ends the connections and no machine. */
export interface LocalSocket extends AsyncDisposable {
  readonly path: string
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
  sockets.on('connection', (socket) => {
    if (sockets.clients.size > MAX_CLIENTS) socket.close(1013, 'too many clients')
    else serveConnection(app, socket)
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
