import { dirname, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { compileNodePty, ensureNodeModules, needsCompiling } from './setup/node-modules.mjs'
import { say } from './setup/say.mjs'
import { ensureSystemPackages } from './setup/system-packages.mjs'

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const OLDEST_NODE = { major: 20, minor: 19 }

/**
 * Prepares a checkout, from nothing if need be. It needs Node and npm alone: this file and what it imports run before
 * there is a node_modules. What is in place already costs a few milliseconds.
 *
 * @param {object} wish
 * @param {boolean} [wish.window] Also what Electron's window needs.
 * @param {boolean} [wish.tests] Also what the tests need.
 * @returns {Promise<boolean>} False when Petri cannot run; it has been said why.
 */
export async function setUp({ window = false, tests = false } = {}) {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major < OLDEST_NODE.major || (major === OLDEST_NODE.major && minor < OLDEST_NODE.minor)) {
    say(`Petri needs Node ${OLDEST_NODE.major}.${OLDEST_NODE.minor} or newer; this is ${process.versions.node}.`)
    return false
  }
  /** @type {import('./setup/system-packages.mjs').Occasion[]} */
  const occasions = ['start']
  if (needsCompiling(ROOT)) occasions.push('compile')
  if (window || tests) occasions.push('window')
  if (tests) occasions.push('test')
  if (!(await ensureSystemPackages(occasions))) return false
  if (!(await ensureNodeModules(ROOT))) return false
  await compileNodePty(ROOT)
  return true
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.exitCode = (await setUp({ tests: process.argv.includes('--tests') })) ? 0 : 1
}
