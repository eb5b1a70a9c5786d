import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ensureElectron, findElectron } from '../setup/electron-binary.mjs'
import { runProgram } from '../setup/run-program.mjs'

const FETCH_LIMIT_MS = 5 * 60_000

/**
 * The folder of the Electron that the tests drive: the one that PETRI_TEST_ELECTRON or ELECTRON_OVERRIDE_DIST_PATH
 * names, the one that is installed, a test runtime beside the checkout when there is one, or one that is fetched now.
 *
 * @param {string} root
 * @returns {Promise<{ folder: string } | { missing: string }>}
 */
export async function findTestElectron(root) {
  const named = process.env['PETRI_TEST_ELECTRON']
  if (named) return existsSync(join(named, 'electron')) ? { folder: named } : { missing: `${named} holds no electron` }
  const installed = findElectron(root)
  if (installed !== undefined) return { folder: join(installed, '..') }
  const beside = await runtimeBeside(root)
  if (beside !== undefined) return { folder: beside }
  const fetched = await ensureElectron(root)
  return 'path' in fetched ? { folder: join(fetched.path, '..') } : fetched
}

/** @param {string} root */
async function runtimeBeside(root) {
  const script = join(root, '../shared/electron/runtime.sh')
  if (!existsSync(script)) return undefined
  // The user who runs the tests has to be able to read what root fetches.
  const cache = process.getuid?.() === 0 ? { XDG_CACHE_HOME: '/var/cache/petri-test' } : {}
  const options = { env: { ...process.env, ...cache }, limitMs: FETCH_LIMIT_MS }
  const { code, output } = await runProgram('sh', [script], options)
  const folder = output.trim().split('\n').at(-1) ?? ''
  return code === 0 && existsSync(join(folder, 'electron')) ? folder : undefined
}
