import { expect, type Page } from 'playwright/test'

import type { PetriHome } from './petri-home.ts'
import { runPetri } from './run-petri.ts'

const LIMIT_MS = 30_000

/**
 * What somebody does who tries things out: keep a state, keep another with its memory, go back to the first, find the
 * second again, make a linked clone, and learn that its source cannot be deleted. The tree is walked by keyboard.
 */
export async function runSnapshotScenario(page: Page, home: PetriHome): Promise<void> {
  await runPetri(home, ['create', 'Lab', '--disk-size', '16M', '--memory', '64'])
  await page.getByRole('link', { name: 'Lab', exact: true }).click()
  await page.getByRole('tab', { name: 'Snapshots' }).click()
  await take(page, 'First')
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await expect(page.getByRole('main').getByText('Running')).toBeVisible({ timeout: LIMIT_MS })
  await take(page, 'Live')
  await expect(item(page, /Live\s*with memory/)).toBeVisible()

  // From "You are here" up the tree, and into what can be done there.
  await item(page, /You are here/).press('ArrowUp')
  await page.keyboard.press('ArrowUp')
  await expect(item(page, /First/)).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Go back to this' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByText('The machine is switched off for it')).toBeVisible()
  await page.getByRole('button', { name: 'Go back', exact: true }).press('Enter')
  await expect(page.getByRole('main').getByText('Stopped')).toBeVisible({ timeout: LIMIT_MS })
  await expect(item(page, /Before going back to First/)).toBeVisible({ timeout: LIMIT_MS })

  await item(page, /Live\s*with memory/)
    .first()
    .click()
  await page.getByRole('button', { name: 'Go back to this' }).click()
  await page.getByRole('button', { name: 'Go back', exact: true }).click()
  await expect(page.getByRole('main').getByText('Running')).toBeVisible({ timeout: LIMIT_MS })

  await item(page, /^First/).click()
  await page.getByRole('button', { name: 'Clone', exact: true }).click()
  await page.getByLabel('Name').fill('Child')
  await page.getByRole('radio', { name: 'Linked' }).check()
  await page.getByRole('dialog').getByRole('button', { name: 'Clone' }).click()
  await expect(page.getByText('It needs Lab to stay.')).toBeVisible({ timeout: LIMIT_MS })
  await runPetri(home, ['stop', 'Lab', '--force'])
  await runPetri(home, ['start', 'Child'])
  await runPetri(home, ['stop', 'Child', '--force'])
  await page.getByRole('button', { name: 'More for Lab' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await expect(page.getByText('Lab is needed by “Child”').first()).toBeVisible()

  await item(page, /^First/).click()
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect(item(page, /^First/)).toHaveCount(0, { timeout: LIMIT_MS })
}

const item = (page: Page, name: RegExp) => page.getByRole('treeitem', { name })

/** By keyboard alone: the button, a name, Enter. */
async function take(page: Page, name: string): Promise<void> {
  const present = item(page, /You are here/)
  if (await present.isVisible()) await present.click()
  await page.getByRole('button', { name: 'Take snapshot' }).press('Enter')
  await expect(page.getByLabel('Name')).toBeFocused()
  await page.keyboard.type(name)
  await page.keyboard.press('Enter')
  await expect(item(page, new RegExp(name))).toBeVisible({ timeout: LIMIT_MS })
}
