import { test } from '../support/launch-serve.ts'
import { runScreenScenario } from '../support/screen-scenario.ts'

test('a machine is seen and typed into on its graphical screen', async ({ page, served }) => {
  await page.goto(served.url)
  await runScreenScenario(page, async (save) => {
    const download = page.waitForEvent('download')
    await save()
    return (await download).suggestedFilename()
  })
})
