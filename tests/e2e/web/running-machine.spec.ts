import { test } from '../support/launch-serve.ts'
import { runRunningMachineScenario } from '../support/running-machine-scenario.ts'

test('a running machine shows what it uses, and takes a port and a disk', async ({ page, served }) => {
  await page.goto(served.url)
  await runRunningMachineScenario(page)
})
