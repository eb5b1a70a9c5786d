/**
 * Builds what Petri runs from: dist/main (Electron's main process and the CLI), dist/preload, dist/renderer.
 *
 * `node build/build.mjs` builds everything; `--if-needed` builds the parts whose sources differ from the last build,
 * and loads nothing but this file when there are none; `--clean` removes what earlier builds left, for packaging.
 * Parts whose entry file does not exist are left out. Two builds at the same time take turns.
 */
import { createHash } from 'node:crypto'
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')
const stampFile = join(dist, '.build-stamp.json')
const lockFolder = join(dist, '.build-lock')

/** Files of an older build are kept this long: a window or a server that is running may still load them. */
const KEEP_OLD_FILES_MS = 24 * 3600 * 1000
const LOCK_RETRY_MS = 100
const LOCK_LIMIT_MS = 5 * 60 * 1000

/**
 * @typedef {object} Part
 * @property {string} name
 * @property {string[]} entries one of them must exist
 * @property {string[]} sources files and folders whose content decides whether the part is up to date
 */

const common = ['build/build.mjs', 'package.json', 'package-lock.json']

/** @type {Part[]} */
const parts = [
  {
    name: 'main',
    entries: ['main/shells/electron/main.ts', 'main/shells/cli/main.ts'],
    sources: [...common, 'build/vite.main.config.ts', 'main', 'preload/contract'],
  },
  {
    name: 'preload',
    entries: ['preload/bridge.ts'],
    sources: [...common, 'build/vite.preload.config.ts', 'preload'],
  },
  {
    name: 'renderer',
    entries: ['renderer/index.html'],
    sources: [...common, 'build/vite.renderer.config.ts', 'renderer', 'preload/contract', 'assets/icons'],
  },
]

/**
 * Brings dist up to date: all of it, or the parts named in `only`. Returns the names of the parts that were built.
 * @param {{ ifNeeded: boolean, clean?: boolean, quiet?: boolean, only?: readonly string[] }} options
 * @returns {Promise<string[]>}
 */
export async function buildPetri({ ifNeeded, clean = false, quiet = false, only = parts.map((part) => part.name) }) {
  const candidates = parts.filter((part) => only.includes(part.name) && hasEntry(part))
  if (ifNeeded && candidates.every(isCurrent)) return []
  await takeLock()
  try {
    // Somebody else may have built the same while this process waited for its turn.
    const wanted = candidates.filter((part) => !ifNeeded || !isCurrent(part))
    for (const part of wanted) await buildPart(part, clean, quiet)
    return wanted.map((part) => part.name)
  } finally {
    rmSync(lockFolder, { recursive: true, force: true })
  }
}

/** @param {Part} part @param {boolean} clean @param {boolean} quiet */
async function buildPart(part, clean, quiet) {
  const startedMs = Date.now()
  // Taken before the build: a file that changes meanwhile makes the part outdated again.
  const hash = sourceHash(part)
  if (clean) rmSync(join(dist, part.name), { recursive: true, force: true })
  const { build } = await import('vite')
  await build({
    configFile: join(root, `build/vite.${part.name}.config.ts`),
    logLevel: quiet ? 'error' : 'warn',
    mode: 'production',
  })
  sweep(join(dist, part.name), startedMs)
  writeStamp({ ...readStamp(), [part.name]: hash })
  if (!quiet) process.stderr.write(`built ${part.name} in ${((Date.now() - startedMs) / 1000).toFixed(1)} s\n`)
}

/** @param {Part} part */
function isCurrent(part) {
  return readStamp()[part.name] === sourceHash(part) && existsSync(join(dist, part.name))
}

/** @param {Part} part */
function hasEntry(part) {
  return part.entries.some((entry) => existsSync(join(root, entry)))
}

/** @param {Part} part */
function sourceHash(part) {
  const hash = createHash('sha1').update(process.version)
  for (const source of part.sources) {
    for (const file of filesBelow(join(root, source))) hash.update(file).update('\0').update(readFileSync(file))
  }
  return hash.digest('hex')
}

/** @param {string} path @returns {string[]} regular files in a stable order */
function filesBelow(path) {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return []
  if (!stat.isDirectory()) return [path]
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
}

/** Removes what earlier builds left, once nobody can be using it any more. @param {string} folder @param {number} sinceMs */
function sweep(folder, sinceMs) {
  for (const file of filesBelow(folder)) {
    if (statSync(file).mtimeMs < sinceMs - KEEP_OLD_FILES_MS) unlinkSync(file)
  }
}

/** @returns {Record<string, string>} */
function readStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'))
  } catch {
    // Absent or cut short: both mean that everything is built anew.
    return {}
  }
}

/** @param {Record<string, string>} stamp */
function writeStamp(stamp) {
  const temporary = `${stampFile}.${process.pid}`
  writeFileSync(temporary, JSON.stringify(stamp, undefined, 2))
  renameSync(temporary, stampFile)
}

async function takeLock() {
  try {
    mkdirSync(dist, { recursive: true })
    accessSync(dist, constants.W_OK)
  } catch (cause) {
    const text = `${dist} cannot be written, and the sources have changed since the last build. Run \`npm run build\` as the user whose copy this is, or make a clone of your own.`
    throw new Error(text, { cause })
  }
  const deadlineMs = Date.now() + LOCK_LIMIT_MS
  for (;;) {
    try {
      mkdirSync(lockFolder)
      writeFileSync(join(lockFolder, 'pid'), String(process.pid))
      return
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
    if (!holderLives() || Date.now() > deadlineMs) rmSync(lockFolder, { recursive: true, force: true })
    else await delay(LOCK_RETRY_MS)
  }
}

function holderLives() {
  const stat = statSync(lockFolder, { throwIfNoEntry: false })
  if (stat === undefined) return true
  try {
    const pid = Number(readFileSync(join(lockFolder, 'pid'), 'utf8'))
    if (pid > 0) return existsSync(`/proc/${pid}`)
  } catch {
    // Judged below, like an empty file.
  }
  // The folder is made before the file in it; only an old folder without one is a left-over.
  return Date.now() - stat.mtimeMs < 5000
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    await buildPetri({ ifNeeded: process.argv.includes('--if-needed'), clean: process.argv.includes('--clean') })
  } catch (error) {
    // The bundler's message names the file and the line; a stack of the bundler itself helps nobody.
    process.stderr.write(`build failed: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
