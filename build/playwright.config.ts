import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

import { defineConfig } from 'playwright/test'

const root = new URL('..', import.meta.url).pathname

export default defineConfig({
  testDir: join(root, 'tests/e2e'),
  // Playwright empties it first, so runs that must not clean up after each other are given folders of their own.
  outputDir: process.env['PETRI_TEST_RESULTS'] ?? join(root, 'test-results/e2e'),
  // Machines boot under emulation here; two at a time would measure each other.
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  forbidOnly: process.env['CI'] !== undefined,
  reporter: [['list']],
  use: { trace: 'retain-on-failure', screenshot: 'only-on-failure' },
  projects: [
    {
      name: 'chromium',
      testMatch: 'web/**/*.spec.ts',
      use: { browserName: 'chromium', launchOptions: { executablePath: chromiumPath() } },
    },
    { name: 'electron', testMatch: 'electron/**/*.spec.ts' },
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
