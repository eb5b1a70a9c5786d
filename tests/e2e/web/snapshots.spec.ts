import { test } from '../support/launch-serve.ts'
import { runSnapshotScenario } from '../support/snapshot-scenario.ts'

test('states are kept, gone back to, cloned and deleted', async ({ page, served }) => {
  await page.goto(served.url)
  await runSnapshotScenario(page, served.home)
})
