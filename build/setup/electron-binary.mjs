import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { runProgram } from './run-program.mjs'
import { say } from './say.mjs'

const LIMIT_MS = 5 * 60_000
const NO_PROGRESS_MS = 30_000
const LOOK_EVERY_MS = 1_000
const RETRY_AFTER_MS = 24 * 3600_000

/** @typedef {{ path: string } | { missing: string }} ElectronBinary Where it is, or why it is not. */

/**
 * Finds Electron's own program: below ELECTRON_OVERRIDE_DIST_PATH, or what its package has fetched before.
 *
 * @param {string} root
 * @returns {string | undefined}
 */
export function findElectron(root) {
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH']
  const path = join(override || join(root, 'node_modules/electron/dist'), 'electron')
  return existsSync(path) ? path : undefined
}

/**
 * Has Electron's package fetch its program when it is not there. Where the site that serves it cannot be reached, this
 * gives up after 30 s in which nothing has arrived, and remembers that for a day.
 *
 * @param {string} root
 * @returns {Promise<ElectronBinary>}
 */
export async function ensureElectron(root) {
  const present = findElectron(root)
  if (present !== undefined) return { path: present }
  if (process.env['ELECTRON_OVERRIDE_DIST_PATH']) return { missing: 'ELECTRON_OVERRIDE_DIST_PATH holds no electron' }
  const remembered = recentFailure()
  if (remembered !== undefined) return { missing: remembered }

  say('Fetching Electron')
  const folder = await mkdtemp(join(tmpdir(), 'petri-electron-'))
  const stalled = new AbortController()
  let seenBytes = 0
  let seenMs = Date.now()
  const watch = setInterval(() => {
    const bytes = sizeBelow(folder) + sizeBelow(join(root, 'node_modules/electron/dist'))
    if (bytes !== seenBytes) [seenBytes, seenMs] = [bytes, Date.now()]
    else if (Date.now() - seenMs > NO_PROGRESS_MS) stalled.abort()
  }, LOOK_EVERY_MS)
  const { code, output } = await runProgram(process.execPath, [join(root, 'node_modules/electron/install.js')], {
    cwd: root,
    // Its download goes below TMPDIR, where its growth is the sign of life.
    env: { ...process.env, TMPDIR: folder },
    limitMs: LIMIT_MS,
    signal: stalled.signal,
  })
  clearInterval(watch)
  rmSync(folder, { recursive: true, force: true })
  const path = findElectron(root)
  if (code === 0 && path !== undefined) return { path }
  const reason = stalled.signal.aborted ? 'the download did not move for 30 s' : firstError(output)
  remember(`Electron could not be fetched (${reason})`)
  return { missing: `Electron could not be fetched (${reason})` }
}

/** @param {string} output */
function firstError(output) {
  return /^.*Error.*$/m.exec(output)?.[0].trim() ?? 'no reason given'
}

function failurePath() {
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'petri/electron-failure')
}

function recentFailure() {
  try {
    const age = Date.now() - statSync(failurePath()).mtimeMs
    return age < RETRY_AFTER_MS ? readFileSync(failurePath(), 'utf8') : undefined
  } catch {
    return undefined
  }
}

/** @param {string} reason */
function remember(reason) {
  mkdirSync(join(failurePath(), '..'), { recursive: true })
  writeFileSync(failurePath(), reason)
}

/** @param {string} folder */
function sizeBelow(folder) {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
    const sizes = entries
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(join(entry.parentPath, entry.name)).size)
    return sizes.reduce((sum, size) => sum + size, 0)
  } catch {
    // A file that went away between listing and asking.
    return 0
  }
}
