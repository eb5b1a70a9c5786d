import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { _electron, type ElectronApplication, errors } from 'playwright'

import { temporaryFolder } from '../../tests/support/temporary-folder.ts'
import { openDisplay } from '../test/display.mjs'
import { findTestElectron } from '../test/test-electron.mjs'
import { printRounds } from './measure.ts'
import { writeThousandMachines } from './thousand-machines.ts'

/**
 * `cold-start`: from the start of the process to a library of 1,000 machines that can be used, in ms, against an Electron
 * window with one button. Both end when Playwright finds the button drawn, still and open to a click, so that its own
 * way of looking weighs the same on both. Medians of alternating runs; the first pair warms the disk cache and counts
 * for nothing.
 */
const RUNS = 7
/**
 * Without a loader of its own the driver sometimes attaches while the window goes from its empty page to the first real
 * one, misses that, and waits for it for ever (one launch in twenty to fifty). Such a launch says nothing, and is made again.
 */
const LAUNCH_LIMIT_MS = 8_000
const LOST_LAUNCHES = 8
const root = process.cwd()
if (process.getuid?.() === 0) throw new Error('cold-start needs an ordinary user: Chromium has no sandbox for root')

const electron = await findTestElectron(root)
if ('missing' in electron) throw new Error(`cold-start needs Electron: ${electron.missing}`)
const display = await openDisplay()
try {
  await using home = await temporaryFolder()
  await using empty = await temporaryFolder()
  await writeThousandMachines(home.path)
  await writeEmptyApp(empty.path)
  const petri: number[] = []
  const bare: number[] = []
  for (let run = 0; run <= RUNS; run++) {
    const times = [
      await launched([root], { PETRI_HOME: home.path }, 'Start Machine 0001'),
      await launched([empty.path], {}, 'Empty'),
    ] as const
    if (run === 0) continue
    petri.push(times[0])
    bare.push(times[1])
  }
  printRounds('cold-start', petri, 'ms', bare)
} finally {
  display.close()
}

/** Until the button of that name can be clicked, in ms. */
async function launched(args: readonly string[], env: Record<string, string>, button: string): Promise<number> {
  const inherited = Object.entries({ ...process.env, ...display.env }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  )
  const launch = async (lost = 0): Promise<{ readonly app: ElectronApplication; readonly began: number }> => {
    const began = performance.now()
    try {
      const app = await _electron.launch({
        executablePath: join('missing' in electron ? '' : electron.folder, 'electron'),
        args: [...args],
        env: { ...Object.fromEntries(inherited), ...env },
        chromiumSandbox: true,
        timeout: LAUNCH_LIMIT_MS,
      })
      return { app, began }
    } catch (error) {
      if (!(error instanceof errors.TimeoutError) || lost === LOST_LAUNCHES) throw error
      console.error(`cold-start: the driver lost a window in ${LAUNCH_LIMIT_MS} ms, once more`)
      return await launch(lost + 1)
    }
  }
  const { app, began } = await launch()
  const page = await app.firstWindow()
  await page.getByRole('button', { name: button, exact: true }).click({ trial: true })
  const took = performance.now() - began
  await app.close()
  return took
}

async function writeEmptyApp(folder: string): Promise<void> {
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'empty', main: 'main.js' }))
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>Empty</title><button>Empty</button>')
  const main = `const { app, BrowserWindow } = require('electron')
app.whenReady().then(() => new BrowserWindow({ width: 1200, height: 800 }).loadFile('index.html'))
app.on('window-all-closed', () => app.quit())`
  await writeFile(join(folder, 'main.js'), main)
}
