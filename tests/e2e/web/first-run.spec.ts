import { test } from '../support/launch-serve.ts'
import { runFirstRunScenario } from '../support/first-run-scenario.ts'

test('a new user boots the Starter and types into its console', async ({ page, served }) => {
  await page.goto(served.url)
  await runFirstRunScenario(page)
})
