import { runContainerScenario } from '../support/container-scenario.ts'
import { test } from '../support/launch-electron.ts'

test('a container of another architecture from a tar file, its terminals, its registrations, and a single program', async ({
  petri,
}) => {
  await runContainerScenario(petri.page, petri.home.path)
})
