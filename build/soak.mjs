/**
 * `npm run soak`: the long tests of what must survive faults. `--short` runs fewer rounds of the same; further arguments
 * choose files by name (`npm run soak -- --short recycled-pid`).
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { buildPetri } from './build.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const args = process.argv.slice(2)
const size = args.includes('--short') ? 'short' : 'full'
const files = args.filter((arg) => arg !== '--short')

await buildPetri({ ifNeeded: true, quiet: true })
const child = spawn(
  join(root, 'node_modules/.bin/vitest'),
  ['run', '-c', 'build/vitest.config.ts', '--project', 'soak', ...files],
  { cwd: root, stdio: 'inherit', env: { ...process.env, PETRI_SOAK: size } },
)
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => child.kill(signal))
child.on('close', (code) => {
  process.exitCode = code ?? 1
})
