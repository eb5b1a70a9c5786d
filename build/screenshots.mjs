/**
 * `node build/screenshots.mjs`: makes the pictures of docs/screens.md anew, from the app as it is built here, with a lab
 * of machines that really run. Look at each of them before you commit it.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { buildPetri } from './build.mjs'
import { packPng } from './pack-png.mjs'
import { say } from './setup/say.mjs'
import { openTestPlace } from './test/test-user.mjs'

const LIMIT_MS = 10 * 60_000
const root = fileURLToPath(new URL('..', import.meta.url))
const folder = join(root, 'docs/screens')

await buildPetri({ ifNeeded: true })
const place = openTestPlace(root)
try {
  const made = join(place.root, 'test-results/pictures')
  await rm(made, { recursive: true, force: true })
  const env = { PETRI_PICTURES: made, PETRI_TEST_RESULTS: join(place.root, 'test-results/pictures-run') }
  const tool = join(place.root, 'node_modules/playwright/cli.js')
  const args = [tool, 'test', '-c', 'build/playwright.config.ts', '--project', 'pictures']
  process.exitCode = await place.run(process.execPath, args, LIMIT_MS, env)
  if (process.exitCode === 0) await keep(made)
} finally {
  place.close()
}

/** @param {string} made */
async function keep(made) {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  for (const name of await readdir(made)) {
    const picture = packPng(await readFile(join(made, name)))
    await writeFile(join(folder, name), picture)
    say(`docs/screens/${name}: ${Math.round(picture.length / 1000)} kB`)
  }
}
