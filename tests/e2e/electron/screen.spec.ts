import { test } from '../support/launch-electron.ts'
import { runScreenScenario } from '../support/screen-scenario.ts'

test('a machine is seen and typed into on its graphical screen', async ({ petri: { page, electron } }) => {
  await runScreenScenario(page, async (save) => {
    // The app would ask for a place in a dialog of the system, which no driver reaches.
    const name = electron.evaluate(
      async ({ session }) =>
        await new Promise<string>((resolve) => {
          session.defaultSession.once('will-download', (_event, item) => {
            resolve(item.getFilename())
            item.cancel()
          })
        }),
    )
    await save()
    return await name
  })
})
