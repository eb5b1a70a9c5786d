import type { Locator, Page } from 'playwright/test'

import type { TourDriver } from './tour-driver.ts'

/** Answers the system's dialog for choosing a file, where there is one. */
export type FileDialog = (path: string) => Promise<void>

/**
 * Somebody without a keyboard: only clicks. Where text is needed it appears in the field as from an on-screen keyboard,
 * without any key event.
 */
export function mouseDriver(page: Page, answerDialog?: FileDialog): TourDriver {
  const press = async (target: Locator): Promise<void> => await target.click()
  const write = async (field: Locator, text: string): Promise<void> => {
    // A triple click selects all that a one-line field holds.
    await field.click({ clickCount: 3 })
    await page.keyboard.insertText(text)
  }
  const typeKeys = async (screen: Locator, text: string): Promise<void> => {
    const view = page.getByRole('region', { name: (await screen.getAttribute('aria-label')) ?? '', exact: true })
    await press(view.getByRole('button', { name: 'Type text as keys' }))
    const dialog = page.getByRole('dialog', { name: 'Type text as keys' })
    await dialog.getByRole('textbox', { name: 'Text' }).click()
    await page.keyboard.insertText(text)
    await press(dialog.getByRole('button', { name: 'Type it' }))
    await dialog.waitFor({ state: 'hidden' })
  }
  return {
    press,
    write,
    goTo: async (screen) => {
      const rail = page.getByRole('navigation', { name: 'Main' })
      if (screen !== 'New machine') return await press(rail.getByRole('link', { name: screen }))
      await press(rail.getByRole('link', { name: 'Machines' }))
      await press(page.getByRole('main').getByRole('button', { name: 'New machine' }).first())
    },
    choose: async (menuButton, item) => {
      await press(menuButton)
      await press(page.getByRole('menuitem', { name: item, exact: true }))
    },
    pick: async (field, option) => {
      await press(field)
      await press(page.getByRole('option', { name: option }))
    },
    nameFile: async (field, path) => {
      if (answerDialog === undefined) return await write(field, path)
      await answerDialog(path)
      await press(field.locator('xpath=ancestor::*[contains(@class, "path-input")][1]').getByRole('button'))
    },
    typeIntoGuest: async (screen, line) => await typeKeys(screen, line),
    enterIntoGuest: async (screen) => await typeKeys(screen, '\n'),
    undo: async () => await press(page.getByRole('button', { name: 'Undo', exact: true }).last()),
  }
}
