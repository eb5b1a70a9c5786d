import { expect, type Locator, type Page } from 'playwright/test'

import type { TourDriver, TourScreen } from './tour-driver.ts'
import { expectVisibleFocus } from './visible-focus.ts'

/** More presses than any walk in the tour takes. */
const MAX_PRESSES = 120

const shortcuts: Readonly<Record<TourScreen, string>> = {
  Machines: 'Alt+1',
  Images: 'Alt+i',
  'New machine': 'Alt+n',
}

/** Somebody without a mouse: Tab, arrows, Enter, Space and shortcuts; whatever is used has the focus and shows it. */
export function keyboardDriver(page: Page): TourDriver {
  const { keyboard } = page
  const press = async (target: Locator): Promise<void> => {
    await reach(page, target)
    const role = await target.getAttribute('role')
    const isChoice = role === 'radio' || (await target.getAttribute('type')) === 'radio'
    await keyboard.press(isChoice ? 'Space' : 'Enter')
  }
  const write = async (field: Locator, text: string): Promise<void> => {
    await reach(page, field)
    await keyboard.press('Control+a')
    await keyboard.type(text)
  }
  const intoGuest = async (screen: Locator, type: () => Promise<void>): Promise<void> => {
    await reach(page, screen)
    await expect(page.getByText('Ctrl+Alt+G gives it back')).toBeVisible()
    await type()
    await keyboard.press('Control+Alt+g')
    await expect(page.getByText('Ctrl+Alt+G gives it back')).toBeHidden()
  }
  return {
    press,
    write,
    nameFile: write,
    goTo: async (screen) => await keyboard.press(shortcuts[screen]),
    choose: async (menuButton, item) => {
      await press(menuButton)
      await press(page.getByRole('menuitem', { name: item, exact: true }))
    },
    pick: async (field, option) => {
      await reach(page, field)
      await keyboard.press('ArrowDown')
      const wanted = page.getByRole('option', { name: option })
      await expect(wanted).toBeVisible()
      await expect(async () => {
        if ((await wanted.getAttribute('data-combobox-selected')) !== null) return
        await keyboard.press('ArrowDown')
        expect(await wanted.getAttribute('data-combobox-selected')).not.toBeNull()
      }).toPass()
      await keyboard.press('Enter')
    },
    // The driver's own delay: an emulated keyboard controller holds few keys.
    typeIntoGuest: async (screen, line) =>
      await intoGuest(screen, async () => await keyboard.type(line, { delay: 40 })),
    enterIntoGuest: async (screen) => await intoGuest(screen, async () => await keyboard.press('Enter', { delay: 40 })),
    undo: async () => await keyboard.press('Control+z'),
  }
}

/** Walks to the target as its place in the page says, and sees that it shows the focus. */
async function reach(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible()
  await expect(target).toBeEnabled()
  await expect.poll(async () => await hasFocus(page), { message: 'something has the focus' }).toBe(true)
  const walked: string[] = []
  for (;;) {
    const { key, at } = await target.evaluate(nextKey)
    if (key === undefined) break
    walked.push(`${at} ${key}`)
    if (walked.length > MAX_PRESSES)
      throw new Error(`${String(target)} is not reached by keyboard:\n${walked.slice(-40).join('\n')}`)
    await page.keyboard.press(key)
  }
  await expectVisibleFocus(target)
}

/** False while the keyboard is nowhere: what had the focus is gone. A fresh page has nothing to lose. */
async function hasFocus(page: Page): Promise<boolean> {
  return await page.evaluate(() => {
    const here = document.activeElement !== document.body
    const began = document.documentElement.dataset['tourBegan'] !== undefined
    document.documentElement.dataset['tourBegan'] = ''
    return here || !began
  })
}

/** Runs in the page: the key that leads from the focus towards the target; none when it is there. */
function nextKey(target: Element): { readonly key: string | undefined; readonly at: string } {
  const active = document.activeElement ?? document.body
  const name = active.getAttribute('aria-label') ?? active.textContent?.trim().slice(0, 40) ?? ''
  const at = `${active.tagName.toLowerCase()} “${active === document.body ? '' : name}”`
  if (active === target) return { key: undefined, at }
  const isAhead = (active.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0
  const group = target.closest('[role="menu"], [role="tablist"], [role="radiogroup"], [role="tree"]')
  if (group !== null && group.contains(active)) {
    const [forward, back] =
      group.getAttribute('role') === 'tablist' ? ['ArrowRight', 'ArrowLeft'] : ['ArrowDown', 'ArrowUp']
    return { key: isAhead ? forward : back, at }
  }
  return { key: isAhead || active === document.body ? 'Tab' : 'Shift+Tab', at }
}
