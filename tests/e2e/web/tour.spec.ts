import { test } from '../support/launch-serve.ts'
import { mouseDriver } from '../support/tour-mouse.ts'
import { runTour } from '../support/tour-scenario.ts'

test('the whole tour with the mouse alone', async ({ page, served }) => {
  await page.goto(served.url)
  await runTour(page, served.home, mouseDriver(page))
})
