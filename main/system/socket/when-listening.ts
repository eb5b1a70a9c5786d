import { watch } from 'node:fs'
import { dirname } from 'node:path'

/** Between two tries while the watched folder is quiet, in ms: the net below the watch, which may coalesce events. */
const RETRY_MS = 20

/**
 * Connects to a Unix socket as soon as its server listens: tries at once, at every change in the socket's folder, and
 * now and then. "Not there yet" and "refused" mean wait; any other error is thrown. Rejects when the signal aborts.
 */
export async function whenListening<T>(
  socketPath: string,
  connect: (path: string) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  let wake = () => {}
  const watcher = watch(dirname(socketPath), () => wake())
  watcher.on('error', () => {})
  const onAbort = () => wake()
  signal.addEventListener('abort', onAbort)
  try {
    for (;;) {
      signal.throwIfAborted()
      const changed = new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, RETRY_MS)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      try {
        return await connect(socketPath)
      } catch (error) {
        if (!isNotListening(error)) throw error
      }
      await changed
    }
  } finally {
    signal.removeEventListener('abort', onAbort)
    watcher.close()
  }
}

function isNotListening(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (isNotListening(error.cause)) return true
  return 'code' in error && (error.code === 'ENOENT' || error.code === 'ECONNREFUSED')
}
