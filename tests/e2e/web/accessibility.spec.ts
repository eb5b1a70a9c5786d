import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

import type Axe from 'axe-core'
import type { Page } from 'playwright/test'

import { expect, test } from '../support/launch-serve.ts'

declare global {
  interface Window {
    readonly axe: typeof Axe
  }
}

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const screens = [
  'machines',
  'machines/starter/serial',
  'machines/starter/overview',
  'machines/starter/settings',
  'machines/starter/command',
  'machines/starter/log',
  'create',
  'host',
]

test.describe('axe finds nothing', () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`on any screen, ${colorScheme}`, async ({ page, served }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.goto(served.url)
      await expect(page.getByRole('heading', { name: 'Machines' })).toBeVisible()
      for (const screen of screens) {
        await page.evaluate((hash) => location.assign(`#/${hash}`), screen)
        await expect(page.getByRole('main').getByRole('heading', { level: 1 })).toBeVisible()
        await expect(page.getByText('Loading')).toHaveCount(0)
        expect(await violations(page), screen).toEqual([])
      }
      await page.keyboard.press('Control+K')
      await expect(page.getByRole('dialog')).toBeVisible()
      expect(await violations(page), 'palette').toEqual([])
      await page.keyboard.press('Escape')
    })
  }

  test('on the page of a machine that runs, whatever the theme', async ({ page, served }) => {
    await page.goto(served.url)
    await page.getByRole('button', { name: 'Start Starter', exact: true }).click()
    await page.getByRole('link', { name: 'Starter', exact: true }).click()
    await expect(page.getByRole('region', { name: 'Serial console of Starter' })).toContainText('root@starter', {
      timeout: 60_000,
    })
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      expect(await violations(page), colorScheme).toEqual([])
    }
  })
})

/** Evaluated instead of added as a script, which the page's content security policy rightly refuses. */
async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(await readFile(axePath, 'utf8'))
  const results = await page.evaluate(async () => await window.axe.run())
  return results.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`))
}
