import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { join } from 'node:path'

import { chromium, type Page } from 'playwright'
import { z } from 'zod'

import { temporaryFolder } from '../../tests/support/temporary-folder.ts'
import { percentile95, printMeasure, printRounds } from './measure.ts'
import { plainPage, pressedToPainted, scrolledFrames } from './page-probe.ts'
import { writeThousandMachines } from './thousand-machines.ts'

/**
 * `library`: a library of 1,000 machines in Chromium, served by `petri serve`, against a page that does next to nothing.
 *
 * - `library-search`: from a key press in the search field to the painted result, in ms (95th percentile), against a
 *   field that sets one attribute.
 * - `library-scroll`, `library-scroll-tiles`: the longest frame, in ms, while the list or the tiles are scrolled from
 *   their beginning to their end, five rows a frame, against 1,000 plain lines. Medians of alternating runs.
 */
const ROUNDS = 10
/** Digits that stand in names alone, not in what else is searched: x86-64, arm64. */
const TYPED = ['1', '7', '9', 'Backspace', 'Backspace', 'Backspace']
const SCROLLS = 3
const ROW_PIXELS = 48
const ROWS_A_FRAME = 5
const root = process.cwd()

/** In ms. */
interface Times {
  readonly library: number[]
  readonly plain: number[]
}

await using home = await temporaryFolder()
await writeThousandMachines(home.path)
const petri = spawn(process.execPath, [join(root, 'dist/main/cli.js'), 'serve', '--port', '0', '--json'], {
  env: { ...process.env, PETRI_HOME: home.path },
  stdio: ['ignore', 'pipe', 'inherit'],
})
const browser = await chromium.launch({
  executablePath: process.env['PETRI_TEST_CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-first-run', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
})
try {
  const line = await new Promise<string>((resolve) => createInterface(petri.stdout).once('line', resolve))
  const { url } = z.object({ url: z.string() }).parse(JSON.parse(line))
  const window = { viewport: { width: 1280, height: 800 } }
  const library = await browser.newPage(window)
  await library.goto(url)
  await library.getByRole('link', { name: 'Machine 0001', exact: true }).waitFor()
  const plain = await browser.newPage(window)
  await plain.setContent(plainPage)

  const searched: Times = { library: [], plain: [] }
  // The first round warms up and counts for nothing.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const times = {
      library: await typed(library, '[role=table]', 'Search machines'),
      plain: await typed(plain, 'output', 'Search'),
    }
    if (round === 0) continue
    searched.library.push(...times.library)
    searched.plain.push(...times.plain)
  }
  printMeasure('library-search', percentile95(searched.library), 'ms', percentile95(searched.plain))

  await compareScrolling('library-scroll', '[role=table]')
  await library.getByRole('button', { name: 'Grid', exact: true }).click()
  await library.getByRole('list', { name: 'Machines' }).waitFor()
  await compareScrolling('library-scroll-tiles', '.machine-grid-scroller')

  async function compareScrolling(name: string, scroller: string): Promise<void> {
    const longest: Times = { library: [], plain: [] }
    for (let run = 0; run <= SCROLLS; run += 1) {
      const times = { library: await longestFrame(library, scroller), plain: await longestFrame(plain, 'main') }
      if (run === 0) continue
      longest.library.push(times.library)
      longest.plain.push(times.plain)
    }
    printRounds(name, longest.library, 'ms', longest.plain)
  }
} finally {
  await browser.close()
  petri.kill('SIGINT')
  await once(petri, 'close')
}

/** Types into the search field and takes it back; the times from key to paint, in ms. */
async function typed(page: Page, counted: string, field: string): Promise<readonly number[]> {
  await page.bringToFront()
  await page.getByLabel(field, { exact: true }).focus()
  const times: number[] = []
  for (const key of TYPED) times.push(await pressedToPainted(page, key, counted))
  return times
}

async function longestFrame(page: Page, scroller: string): Promise<number> {
  await page.bringToFront()
  return Math.max(...(await scrolledFrames(page, scroller, ROWS_A_FRAME * ROW_PIXELS)))
}
