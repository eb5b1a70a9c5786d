import { test } from '../support/launch-electron.ts'
import { runSnapshotScenario } from '../support/snapshot-scenario.ts'

test('states are kept, gone back to, cloned and deleted', async ({ petri }) => {
  await runSnapshotScenario(petri.page, petri.home)
})
