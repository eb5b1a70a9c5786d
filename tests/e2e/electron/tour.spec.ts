import { test } from '../support/launch-electron.ts'
import { answerFileDialog } from '../support/answer-file-dialog.ts'
import { keyboardDriver } from '../support/tour-keyboard.ts'
import { mouseDriver } from '../support/tour-mouse.ts'
import { runTour } from '../support/tour-scenario.ts'
import { isFullTour } from '../support/tour-size.ts'

test.setTimeout(240_000)

test('the whole tour with the mouse alone', async ({ petri }) => {
  await runTour(petri.page, petri.home, mouseDriver(petri.page, answerFileDialog(petri.electron)))
})

// The short size has this way in the browser.
if (isFullTour) {
  test('the whole tour with the keyboard alone', async ({ petri }) => {
    await runTour(petri.page, petri.home, keyboardDriver(petri.page))
  })
}
