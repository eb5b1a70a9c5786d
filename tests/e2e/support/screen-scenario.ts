import { expect, type Page } from 'playwright/test'

const BOOT_LIMIT_MS = 90_000

/**
 * The Starter's screen: it is drawn, what is typed into the picture reaches the guest (its answer comes over the serial
 * port beside it), the picture changes by it, and the keyboard comes back. `nameOfSaved` does what saves a file and tells
 * the name that the file is given.
 */
export async function runScreenScenario(
  page: Page,
  nameOfSaved: (save: () => Promise<void>) => Promise<string>,
): Promise<void> {
  await page.getByRole('link', { name: 'Starter', exact: true }).click()
  await page.getByRole('tab', { name: 'Screen' }).click()
  await page.getByRole('button', { name: 'Start Starter' }).first().click()
  const canvas = page.getByRole('application', { name: 'Screen of Starter' })
  await expect(canvas).toBeVisible({ timeout: BOOT_LIMIT_MS })
  await page.getByRole('button', { name: 'Serial console beside it' }).click()
  const serial = page.getByRole('region', { name: 'Serial console of Starter' })
  await expect(serial).toContainText('root@starter', { timeout: BOOT_LIMIT_MS })

  // Text: a dark ground with a few percent of light pixels on many lines.
  await expect.poll(async () => await inkOf(page), { timeout: BOOT_LIMIT_MS }).toMatchObject({ looksLikeText: true })
  const before = await inkOf(page)
  await canvas.click()
  await expect(page.getByText('Ctrl+Alt+G gives it back')).toBeVisible()
  // The driver types capitals without Shift, which no keyboard does.
  await page.keyboard.type('dd if=/sys/class/tty/tty0/active of=/dev/tty', { delay: 25 })
  await page.keyboard.press('Shift+KeyS')
  await page.keyboard.type('0; seq 20\n', { delay: 25 })
  await expect(serial).toContainText('tty1', { timeout: BOOT_LIMIT_MS })
  await expect.poll(async () => (await inkOf(page)).inked, { timeout: BOOT_LIMIT_MS }).toBeGreaterThan(before.inked)

  await page.keyboard.press('Control+Alt+g')
  await expect(page.getByText('Click the picture to type.')).toBeVisible()
  await expect(
    page.getByRole('toolbar', { name: 'Screen' }).getByRole('button', { name: 'Keys', exact: true }),
  ).toBeFocused()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByRole('textbox', { name: 'Text' }).fill('echo pasted-$((50+5)) >/dev/ttyS0\n')
  await page.getByRole('button', { name: 'Type it' }).click()
  await expect(serial).toContainText('pasted-55', { timeout: BOOT_LIMIT_MS })
  const save = async () => await page.getByRole('button', { name: 'Save a picture of the screen' }).click()
  expect(await nameOfSaved(save)).toMatch(/^Starter.*\.png$/)
}

/** How many pixels are light, and whether they lie as text does. */
async function inkOf(page: Page): Promise<{ readonly inked: number; readonly looksLikeText: boolean }> {
  return await page.evaluate(() => {
    const canvas = document.querySelector('canvas')
    const context = canvas?.getContext('2d')
    if (!canvas || !context || canvas.width === 0) return { inked: 0, looksLikeText: false }
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height)
    const light = (pixel: number) =>
      (data[pixel * 4] ?? 0) + (data[pixel * 4 + 1] ?? 0) + (data[pixel * 4 + 2] ?? 0) > 240
    const rows = new Set<number>()
    let inked = 0
    for (let pixel = 0; pixel < canvas.width * canvas.height; pixel++) {
      if (!light(pixel)) continue
      inked += 1
      rows.add(Math.floor(pixel / canvas.width))
    }
    const share = inked / (canvas.width * canvas.height)
    return { inked, looksLikeText: rows.size > 8 && share > 0.000_5 && share < 0.3 }
  })
}
