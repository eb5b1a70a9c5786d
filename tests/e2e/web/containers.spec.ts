import { runContainerScenario } from '../support/container-scenario.ts'
import { test } from '../support/launch-serve.ts'

test('a container of another architecture from a tar file, its terminals, its registrations, and a single program', async ({
  page,
  served,
}) => {
  await page.goto(served.url)
  await runContainerScenario(page, served.home.path)
})
