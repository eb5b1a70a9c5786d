import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type Axe from 'axe-core'
import { expect, test } from 'playwright/test'
import { build, preview, type PreviewServer } from 'vite'

import { containerScreens } from './container-screens.ts'
import { createScreens } from './create-screens.ts'
import { diskScreens } from './disk-screens.ts'
import { houseScreens } from './house-screens.ts'
import { imageScreens } from './image-screens.ts'
import { libraryScreens } from './library-screens.ts'
import { machineScreens } from './machine-screens.ts'

declare global {
  interface Window {
    readonly axe: typeof Axe
  }
}

const screens = [
  ...machineScreens,
  ...libraryScreens,
  ...createScreens,
  ...imageScreens,
  ...diskScreens,
  ...containerScreens,
  ...houseScreens,
]

let outDir = ''
let server: PreviewServer | undefined
let address = ''
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

test.beforeAll(async () => {
  outDir = await mkdtemp(join(tmpdir(), 'petri-screens-'))
  const configFile = new URL('../../fixtures/renderer-preview/vite.config.ts', import.meta.url).pathname
  const shared = { configFile, logLevel: 'error', build: { outDir } } as const
  await build(shared)
  server = await preview({ ...shared, preview: { port: 0, host: '127.0.0.1' } })
  address = server.resolvedUrls?.local[0] ?? ''
})

test.afterAll(async () => {
  await server?.close()
  await rm(outDir, { recursive: true, force: true })
})

test.describe('fit to be seen in both themes', () => {
  test.use({ contextOptions: { reducedMotion: 'reduce' }, viewport: { width: 1280, height: 800 } })

  for (const { name, at, query = '', shows, act } of screens) {
    test(`${name}: nothing for axe to find, no error in the page`, async ({ page }) => {
      const errors: string[] = []
      page.on('pageerror', (error) => errors.push(error.message))
      await page.goto(`${address}${query}#${at}`)
      await page.locator('h1').first().waitFor()
      await act?.(page)
      await page.getByText(shows).first().waitFor()
      // What a pointer explains by resting on it lies outside of the landmarks, and is not the screen.
      await page.mouse.move(0, 0)
      await page.evaluate(axe)
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme)
        const violations = await page.evaluate(async () => {
          const report = await window.axe.run(document, { resultTypes: ['violations'] })
          return report.violations.map(({ id, nodes }) => ({ id, nodes: nodes.map((node) => node.html) }))
        })
        expect(violations, colorScheme).toEqual([])
      }
      expect(errors).toEqual([])
    })
  }
})

test('a screen that floods its name and its clipboard freezes nothing and reaches no clipboard', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.goto(`${address}?screen=flood#/machines/web/screen`)
  await page.getByRole('application', { name: 'Screen of web' }).waitFor()
  await page.evaluate(() => navigator.clipboard.writeText('mine'))
  const offer = page.getByRole('button', { name: /^Copy \d+ characters from the guest$/ })
  await offer.waitFor()
  // Every press is worked through while texts keep coming.
  const fit = page.getByRole('button', { name: 'Fit the picture to the window' })
  for (const pressed of ['false', 'true', 'false']) {
    await fit.click()
    await expect(fit).toHaveAttribute('aria-pressed', pressed)
  }
  const title = await page.getByTitle(/^The guest calls this:/).getAttribute('title')
  expect(title?.length).toBeLessThan(160)
  expect(title).not.toContain('\u202e')
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('mine')
  await offer.click()
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toMatch(/^rm -rf ~ # \d+$/)
})
