import { test } from '../support/launch-serve.ts'
import { keyboardDriver } from '../support/tour-keyboard.ts'
import { mouseDriver } from '../support/tour-mouse.ts'
import { runTour } from '../support/tour-scenario.ts'
import { isFullTour } from '../support/tour-size.ts'

test.setTimeout(240_000)

test('the whole tour with the keyboard alone', async ({ page, served }) => {
  await page.goto(served.url)
  await runTour(page, served.home, keyboardDriver(page))
})

// The short size has this way in Electron.
if (isFullTour) {
  test('the whole tour with the mouse alone', async ({ page, served }) => {
    await page.goto(served.url)
    await runTour(page, served.home, mouseDriver(page))
  })
}
