import { test } from '../support/launch-electron.ts'
import { runRunningMachineScenario } from '../support/running-machine-scenario.ts'

test('a running machine shows what it uses, and takes a port and a disk', async ({ petri }) => {
  await runRunningMachineScenario(petri.page)
})
