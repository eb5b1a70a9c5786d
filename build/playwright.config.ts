import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

import { defineConfig } from 'playwright/test'

const root = new URL('..', import.meta.url).pathname

const chromium = { browserName: 'chromium', launchOptions: { executablePath: chromiumPath() } } as const

export default defineConfig({
  testDir: join(root, 'tests/e2e'),
  // Playwright empties it first, so runs that must not clean up after each other are given folders of their own.
  outputDir: process.env['PETRI_TEST_RESULTS'] ?? join(root, 'test-results/e2e'),
  // No more than the projects below allow each.
  workers: 2,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  forbidOnly: process.env['CI'] !== undefined,
  reporter: [['list']],
  // What does not come costs its own wait, not the whole test's.
  use: {
    actionTimeout: 20_000,
    // Recording costs a quarter of the time: only for looking at a failure.
    trace: process.env['PETRI_TEST_TRACE'] === undefined ? 'off' : 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
  projects: [
    {
      name: 'screens',
      testMatch: 'screens/**/*.spec.ts',
      fullyParallel: true,
      workers: 2,
      use: chromium,
    },
    // Machines boot under emulation here; two at a time would measure each other.
    { name: 'chromium', testMatch: 'web/**/*.spec.ts', use: chromium, workers: 1 },
    { name: 'electron', testMatch: 'electron/**/*.spec.ts', workers: 1 },
    // No test: the pictures of docs/screens.md, made by build/screenshots.mjs.
    { name: 'pictures', testMatch: 'pictures/**/*.spec.ts', use: { ...chromium, trace: 'off' }, workers: 1 },
  ],
})

/** The distribution's Chromium: Playwright's own builds are not fetched. */
function chromiumPath(): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const paths = ['chromium', 'chromium-browser', 'google-chrome'].flatMap((name) =>
    folders.map((folder) => join(folder, name)),
  )
  return process.env['PETRI_TEST_CHROMIUM'] ?? paths.find((path) => existsSync(path)) ?? '/usr/bin/chromium'
}
