import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { say } from '../setup/say.mjs'

const READY_LIMIT_MS = 20_000

/**
 * A display for windows that nobody sees, unless there is a display.
 *
 * @returns {Promise<{ env: NodeJS.ProcessEnv, close: () => void }>}
 */
export async function openDisplay() {
  if (process.env['DISPLAY']) return { env: {}, close: () => undefined }
  // -ac: the tests may run as another user. -displayfd: the server chooses a free number and tells it.
  const args = ['-displayfd', '3', '-screen', '0', '1440x900x24', '-nolisten', 'tcp', '-ac', '-noreset']
  const server = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
  const failed = once(server, 'close').then(
    () => undefined,
    () => undefined,
  )
  const limit = new Promise((done) => setTimeout(done, READY_LIMIT_MS).unref())
  const told = server.stdio[3] ? once(server.stdio[3], 'data') : undefined
  const answer = await Promise.race([told, failed, limit])
  if (!Array.isArray(answer)) {
    server.kill()
    say('Xvfb did not start; tests with a window will fail.')
    return { env: {}, close: () => undefined }
  }
  return { env: { DISPLAY: `:${String(answer[0]).trim()}` }, close: () => void server.kill() }
}
