import { test } from '../support/launch-electron.ts'
import { runFirstRunScenario } from '../support/first-run-scenario.ts'

test('a new user boots the Starter and types into its console', async ({ petri }) => {
  await runFirstRunScenario(petri.page)
})
