import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runProgram } from './run-program.mjs'
import { say } from './say.mjs'

const INSTALL_LIMIT_MS = 15 * 60_000
const COMPILE_LIMIT_MS = 10 * 60_000
const RETRY_COMPILE_AFTER_MS = 24 * 3600_000

/**
 * @typedef {object} Installed What node_modules was made from.
 * @property {string} [lockHash]
 * @property {string} [compiledFor] Node's ABI and architecture that node-pty was compiled for.
 * @property {number} [compileFailedMs] When compiling last failed, since 1970.
 */

/**
 * Installs the packages of package-lock.json when they are not the ones in node_modules.
 *
 * @param {string} root
 * @returns {Promise<boolean>}
 */
export async function ensureNodeModules(root) {
  const lockHash = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  if (readStamp(root).lockHash === lockHash) return true
  say('Installing the packages of package-lock.json')
  const { code, output } = await runProgram('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    limitMs: INSTALL_LIMIT_MS,
  })
  if (code !== 0) {
    say(`npm ci failed:\n${output.trim().split('\n').slice(0, 12).join('\n')}`)
    return false
  }
  writeStamp(root, { lockHash })
  return true
}

/** @param {string} root */
export function needsCompiling(root) {
  const { compiledFor, compileFailedMs = 0 } = readStamp(root)
  return compiledFor !== nodeAbi() && Date.now() - compileFailedMs > RETRY_COMPILE_AFTER_MS
}

/**
 * Compiles node-pty, the only package with native code. Petri runs without it, except for terminals that need a pty.
 *
 * @param {string} root
 * @returns {Promise<boolean>}
 */
export async function compileNodePty(root) {
  if (!needsCompiling(root)) return true
  const load = ['-e', "require('node-pty')"]
  const alreadyThere = (await runProgram(process.execPath, load, { cwd: root })).code === 0
  if (!alreadyThere) say('Compiling node-pty')
  const made = alreadyThere ? undefined : await rebuild(root)
  const loaded = alreadyThere || (await runProgram(process.execPath, load, { cwd: root })).code === 0
  if (loaded) {
    writeStamp(root, { ...readStamp(root), compiledFor: nodeAbi() })
    return true
  }
  writeStamp(root, { ...readStamp(root), compileFailedMs: Date.now() })
  say(`node-pty could not be compiled, so throwaway runs in a terminal tab are not available:\n${tail(made?.output)}`)
  return false
}

/** @param {string} root */
function rebuild(root) {
  // The headers that came with this Node, where it has them; otherwise node-gyp fetches them.
  const prefix = dirname(dirname(process.execPath))
  const headers = existsSync(join(prefix, 'include/node/node.h')) ? { npm_config_nodedir: prefix } : {}
  return runProgram('npm', ['rebuild', 'node-pty', '--ignore-scripts=false', '--foreground-scripts'], {
    cwd: root,
    env: { ...process.env, ...headers },
    limitMs: COMPILE_LIMIT_MS,
  })
}

/** @param {string | undefined} output */
function tail(output) {
  return (output ?? '').trim().split('\n').slice(-8).join('\n')
}

function nodeAbi() {
  return `${process.versions.modules}-${process.arch}`
}

/** @param {string} root */
function stampPath(root) {
  return join(root, 'node_modules/.petri-lock')
}

/**
 * @param {string} root
 * @returns {Installed}
 */
function readStamp(root) {
  try {
    return JSON.parse(readFileSync(stampPath(root), 'utf8'))
  } catch {
    return {}
  }
}

/**
 * @param {string} root
 * @param {Installed} stamp
 */
function writeStamp(root, stamp) {
  writeFileSync(stampPath(root), `${JSON.stringify(stamp)}\n`)
}
