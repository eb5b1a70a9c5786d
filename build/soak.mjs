/**
 * `npm run soak`: the long tests of what must survive faults. `--short` runs fewer rounds of the same; further arguments
 * choose files by name (`npm run soak -- --short recycled-pid`; `tour` is the tour of both shells in both ways, which the
 * long run ends with).
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { buildPetri } from './build.mjs'
import { runFullTour } from './test/full-tour.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const args = process.argv.slice(2)
const size = args.includes('--short') ? 'short' : 'full'
const chosen = args.filter((arg) => arg !== '--short')
const files = chosen.filter((name) => name !== 'tour')
const withTour = chosen.length === 0 ? size === 'full' : files.length < chosen.length

await buildPetri({ ifNeeded: true, quiet: true })
const soaked = chosen.length > 0 && files.length === 0 ? 0 : await soak()
process.exitCode = soaked
if (withTour && !(await runFullTour(root))) process.exitCode = 1

/** @returns {Promise<number>} The exit code. */
async function soak() {
  const child = spawn(
    join(root, 'node_modules/.bin/vitest'),
    ['run', '-c', 'build/vitest.config.ts', '--project', 'soak', ...files],
    { cwd: root, stdio: 'inherit', env: { ...process.env, PETRI_SOAK: size } },
  )
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => child.kill(signal))
  const [code] = await once(child, 'close')
  return code ?? 1
}
