import { expect, launchServe, test } from '../support/launch-serve.ts'
import { runLibraryScenario } from '../support/library-scenario.ts'

test('several machines are started, suspended, tagged, deleted and brought back together', async ({ page, served }) => {
  await page.goto(served.url)
  await runLibraryScenario(page, served.home)

  // A command starts nothing by itself; the next window does.
  await served.stop()
  const again = await launchServe(served.home)
  await page.goto(again.url)
  await expect(page.getByRole('row', { name: /Lab 1.*Running/ })).toBeVisible({ timeout: 30_000 })
  await again.stop()
})
