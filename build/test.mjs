/**
 * `npm test`: prepares a checkout like `npm start`, then runs every test there is, each stage within a time limit.
 * `npm test -- --only unit|integration|e2e|soak` runs one of them.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ROOT, setUp } from './setup.mjs'
import { runProgram } from './setup/run-program.mjs'
import { say } from './setup/say.mjs'
import { buildStarter } from './starter/build-starter.mjs'
import { openDisplay } from './test/display.mjs'
import { findTestElectron } from './test/test-electron.mjs'
import { openTestPlace } from './test/test-user.mjs'

const MINUTE_MS = 60_000
const KINDS = ['unit', 'integration', 'e2e', 'soak']

const startMs = Date.now()
/** @type {{ name: string, outcome: 'passed' | 'failed' | 'skipped', seconds: number }[]} */
const summary = []
const { only } = parseArgs({ options: { only: { type: 'string' } } }).values
if (only !== undefined && !KINDS.includes(only)) {
  say(`--only is one of ${KINDS.join(', ')}`)
  process.exit(2)
}

const prepared =
  (await stage('setup', () => setUp({ tests: true }))) &&
  (await stage('build', build)) &&
  (await stage('starter', starter))
if (prepared) await runTests()
report()
process.exitCode = summary.some(({ outcome }) => outcome === 'failed') ? 1 : 0

async function runTests() {
  const place = openTestPlace(ROOT)
  try {
    /** @param {string} tool @param {readonly string[]} args @param {number} minutes @param {NodeJS.ProcessEnv} [env] */
    const node = async (tool, args, minutes, env = {}) =>
      (await place.run(process.execPath, [join(place.root, tool), ...args], minutes * MINUTE_MS, env)) === 0
    // Most of what the root file system takes is waiting, for packages and for one emulated program after the other.
    await Promise.all([
      wanted('unit') && stage('check', check),
      only !== 'unit' && stage('root file system', () => node('build/test/make-root-file-systems.mjs', ['armhf'], 10)),
    ])
    if (wanted('integration')) {
      const args = ['run', '-c', 'build/vitest.config.ts', '--project', 'integration']
      await stage('integration', () => node('node_modules/vitest/vitest.mjs', args, 10))
    }
    if (wanted('e2e')) await endToEnd(node, place.root)
    if (wanted('soak')) await stage('soak', () => node('build/soak.mjs', ['--short'], 10))
  } finally {
    place.close()
  }
}

async function check() {
  const options = { cwd: ROOT, show: true, limitMs: 6 * MINUTE_MS }
  return (await runProgram(process.execPath, [join(ROOT, 'build/check.mjs')], options)).code === 0
}

/**
 * @param {(tool: string, args: readonly string[], minutes: number, env?: NodeJS.ProcessEnv) => Promise<boolean>} node
 * @param {string} root
 */
async function endToEnd(node, root) {
  const display = await openDisplay()
  /** @param {string} project @param {NodeJS.ProcessEnv} env */
  const playwright = (project, env) => {
    const args = ['test', '-c', 'build/playwright.config.ts', '--project', project]
    const results = { PETRI_TEST_RESULTS: join(root, 'test-results', `npm-test-${project}`) }
    return node('node_modules/playwright/cli.js', args, 10, { ...env, ...results })
  }
  try {
    await stage('e2e screens', () => playwright('screens', display.env))
    await stage('e2e chromium', () => playwright('chromium', display.env))
    const electron = await findTestElectron(ROOT)
    if ('missing' in electron) {
      say(`\n*** skipped: no Electron (${electron.missing}). The tests of the window have not run. ***\n`)
      summary.push({ name: 'e2e electron', outcome: 'skipped', seconds: 0 })
      return
    }
    const env = { ...display.env, ELECTRON_OVERRIDE_DIST_PATH: electron.folder }
    await stage('e2e electron', () => playwright('electron', env))
  } finally {
    display.close()
  }
}

async function build() {
  const { buildPetri } = await import('./build.mjs')
  await buildPetri({ ifNeeded: true })
  return true
}

async function starter() {
  return buildStarter({ outFolder: join(ROOT, 'dist/starter') })
}

/** @param {string} kind */
function wanted(kind) {
  return only === undefined || only === kind
}

/**
 * @param {string} name
 * @param {() => Promise<boolean>} run
 * @returns {Promise<boolean>}
 */
async function stage(name, run) {
  const stageStartMs = Date.now()
  say(`\n== ${name}`)
  const passed = await run().catch((/** @type {unknown} */ error) => {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error))
    return false
  })
  summary.push({ name, outcome: passed ? 'passed' : 'failed', seconds: (Date.now() - stageStartMs) / 1000 })
  return passed
}

function report() {
  say('')
  for (const { name, outcome, seconds } of summary) {
    say(`${outcome.padEnd(8)}${seconds.toFixed(1).padStart(7)} s  ${name}`)
  }
  say(`total   ${((Date.now() - startMs) / 1000).toFixed(1).padStart(7)} s`)
}
