import { open } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { basename, dirname } from 'node:path'

/** Longest socket path the kernel takes, in bytes (`sun_path` holds 108 with its closing NUL). */
const SOCKET_PATH_MAX_BYTES = 107

/**
 * Runs `use` with a path to the socket that the kernel takes: a longer one goes through its folder's descriptor below
 * /proc/self/fd, which is open only meanwhile.
 */
async function withReachablePath<T>(path: string, use: (reachable: string) => Promise<T>): Promise<T> {
  if (Buffer.byteLength(path) <= SOCKET_PATH_MAX_BYTES) return await use(path)
  const folder = await open(dirname(path), 'r')
  try {
    return await use(`/proc/self/fd/${folder.fd}/${basename(path)}`)
  } finally {
    await folder.close()
  }
}

/** Connects to a listening Unix socket; throws the kernel's error. `signal` ends the attempt, not the connection. */
export async function connectUnixSocket(path: string, signal?: AbortSignal): Promise<Socket> {
  signal?.throwIfAborted()
  return await withReachablePath(
    path,
    async (reachable) =>
      await new Promise<Socket>((resolve, reject) => {
        const socket = connect({ path: reachable })
        const settle = (error?: Error) => {
          signal?.removeEventListener('abort', onAbort)
          socket.off('error', settle)
          if (error === undefined) return resolve(socket)
          socket.destroy()
          reject(error)
        }
        const onAbort = () => settle(new Error('given up', { cause: signal?.reason }))
        signal?.addEventListener('abort', onAbort)
        socket.once('error', settle)
        socket.once('connect', () => settle())
      }),
  )
}

/** A Unix socket that waits for exactly one caller; `close` ends the waiting and removes the socket's file. */
export interface ExpectedCaller {
  readonly connection: Promise<Socket>
  close(): void
}

/** Listens on a new Unix socket for one caller. Throws the kernel's error, such as EADDRINUSE. */
export async function expectCaller(path: string): Promise<ExpectedCaller> {
  const server = createServer({ pauseOnConnect: true })
  server.maxConnections = 1
  const connection = new Promise<Socket>((resolve, reject) => {
    server.once('connection', resolve)
    server.once('close', () => reject(new Error('nobody connected')))
  })
  connection.catch(() => {}) // whoever waits for it hears of it
  await withReachablePath(
    path,
    async (reachable) =>
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen(reachable, resolve)
      }),
  )
  return { connection, close: () => void server.close() }
}
