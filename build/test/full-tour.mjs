import { join } from 'node:path'
import { say } from '../setup/say.mjs'
import { openDisplay } from './display.mjs'
import { findTestElectron } from './test-electron.mjs'
import { openTestPlace } from './test-user.mjs'

const LIMIT_MS = 10 * 60_000

/**
 * The tour from an empty library, by mouse alone and by keyboard alone, in the browser and in Electron; `npm test` takes
 * each way in one of them.
 *
 * @param {string} root
 * @returns {Promise<boolean>} Whether all that could be run has passed.
 */
export async function runFullTour(root) {
  const electron = await findTestElectron(root)
  if ('missing' in electron)
    say(`\n*** no Electron (${electron.missing}): the tour is taken in the browser alone ***\n`)
  const shells = { chromium: {}, ...('missing' in electron ? {} : { electron: electronEnv(electron.folder) }) }
  const place = openTestPlace(root)
  const display = await openDisplay()
  try {
    let passed = true
    for (const [project, env] of Object.entries(shells)) {
      const args = ['test', 'tour.spec.ts', '-c', 'build/playwright.config.ts', '--project', project]
      const results = join(place.root, 'test-results', `tour-${project}`)
      const all = { ...display.env, ...env, PETRI_TOUR: 'full', PETRI_TEST_RESULTS: results }
      const tool = join(place.root, 'node_modules/playwright/cli.js')
      passed = (await place.run(process.execPath, [tool, ...args], LIMIT_MS, all)) === 0 && passed
    }
    return passed
  } finally {
    display.close()
    place.close()
  }
}

/** @param {string} folder */
const electronEnv = (folder) => ({ ELECTRON_OVERRIDE_DIST_PATH: folder })
