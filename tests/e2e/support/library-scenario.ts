import { expect, type Page } from 'playwright/test'

import type { PetriHome } from './petri-home.ts'
import { runPetri } from './run-petri.ts'

const LIMIT_MS = 30_000
const names = ['Lab 1', 'Lab 2', 'Lab 3']

/**
 * What somebody does with several machines at once: choose them by mouse and by keyboard, start, suspend and tag them,
 * find them by their tag, delete them, take that back, and in the end empty the trash. Leaves Lab 1, which starts with
 * Petri.
 */
export async function runLibraryScenario(page: Page, home: PetriHome): Promise<void> {
  for (const name of names) await runPetri(home, ['create', name, '--memory', '64'])
  await box(page, 'Lab 1').click()
  await box(page, 'Lab 3').click({ modifiers: ['Shift'] })
  for (const name of names) await expect(box(page, name)).toBeChecked()
  await box(page, 'Lab 2').click({ modifiers: ['Shift'] })
  await expect(chosen(page).getByText('3 selected')).toBeVisible()
  await bulk(page, 'Start 3').click()
  await expect(page.getByRole('row', { name: /Lab \d.*Running/ })).toHaveCount(3, { timeout: LIMIT_MS })
  await bulk(page, 'Suspend to disk 3').click()
  await expect(page.getByRole('row', { name: /Lab \d.*Suspended/ })).toHaveCount(3, { timeout: LIMIT_MS })

  await bulk(page, 'Tag').click()
  await expect(page.getByRole('textbox', { name: 'Tag', exact: true })).toBeFocused()
  await page.keyboard.type('lab')
  await page.keyboard.press('Enter')
  await page.getByLabel('Only with the tag').selectOption('lab')
  await expect(link(page, 'Starter')).toHaveCount(0)
  await expect(page.getByRole('row', { name: /Lab \d/ })).toHaveCount(3)

  // By keyboard: none, then all but the first.
  await link(page, 'Lab 1').press('Escape')
  await expect(chosen(page)).toHaveCount(0)
  await link(page, 'Lab 1').press('Control+a')
  await link(page, 'Lab 1').press(' ')
  await expect(chosen(page).getByText('2 selected')).toBeVisible()
  await bulk(page, 'Delete 2').click()
  await expect(page.getByRole('row', { name: /Lab \d/ })).toHaveCount(1)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByRole('row', { name: /Lab \d/ })).toHaveCount(3)

  await link(page, 'Lab 2').click({ modifiers: ['ControlOrMeta'] })
  await link(page, 'Lab 3').click({ modifiers: ['ControlOrMeta'] })
  await bulk(page, 'Delete 2').click()
  await expect(page.getByRole('row', { name: /Lab \d/ })).toHaveCount(1)
  await page.getByRole('link', { name: 'Trash' }).click()
  const deleted = page.getByRole('list', { name: 'Deleted machines' }).getByRole('listitem')
  await expect(deleted).toHaveCount(2)
  await page.getByRole('button', { name: 'Restore Lab 2' }).click()
  await expect(deleted).toHaveCount(1)
  await page.getByRole('button', { name: 'Empty the trash' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete for good' }).click()
  await expect(page.getByText('The trash is empty')).toBeVisible()
  await page.getByRole('button', { name: 'All machines' }).click()
  await expect(link(page, 'Lab 2')).toBeVisible()
  await expect(link(page, 'Lab 3')).toHaveCount(0)

  // A click beside the name, where there is nothing else to click, opens the machine.
  await page.getByRole('row', { name: /Lab 2/ }).getByText('64 MiB').click()
  await expect(page.getByRole('heading', { name: 'Lab 2', exact: true })).toBeVisible()

  await runPetri(home, ['discard', 'Lab 1'])
  await runPetri(home, ['set', 'Lab 1', 'autostart=true'])
}

const box = (page: Page, name: string) => page.getByRole('checkbox', { name: `Select ${name}`, exact: true })
const link = (page: Page, name: string) => page.getByRole('link', { name, exact: true })
const chosen = (page: Page) => page.getByRole('toolbar', { name: 'Selected machines' })
const bulk = (page: Page, name: string) => chosen(page).getByRole('button', { name, exact: true })
