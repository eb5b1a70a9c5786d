import { test } from '../support/launch-electron.ts'
import { runScreenScenario } from '../support/screen-scenario.ts'

test('a machine is seen and typed into on its graphical screen', async ({ petri }) => {
  await runScreenScenario(petri.page)
})
