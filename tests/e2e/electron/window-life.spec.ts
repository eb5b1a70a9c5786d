import { spawn } from 'node:child_process'
import { once } from 'node:events'

import { expect, launchElectron, quitElectron, test } from '../support/launch-electron.ts'
import { appFolder } from '../support/petri-home.ts'

/** Asks the app for something and back, through every layer between the page and the owner. */
const SHELL = `petri.callForJson('app.info', {}, crypto.randomUUID()).then((json) => JSON.parse(json).ok)`

test('opens one window for each set of folders: a second start shows the first', async ({ petri }) => {
  const { electron, home } = petri
  const shown = await electron.evaluateHandle(({ app, BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]?.minimize()
    return { told: new Promise((resolve) => app.once('second-instance', () => resolve(true))) }
  })
  const second = spawn(electron.process().spawnfile, [appFolder], { env: home.env, stdio: 'ignore' })
  expect(await once(second, 'close')).toEqual([0, null])
  expect(await shown.evaluate(({ told }) => told)).toBe(true)
  expect(await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
})

test('opens where it was closed', async ({ petri }) => {
  const bounds = { x: 60, y: 70, width: 900, height: 640 }
  await petri.electron.evaluate(
    ({ BrowserWindow }, bounds) => BrowserWindow.getAllWindows()[0]?.setBounds(bounds),
    bounds,
  )
  await quitElectron(petri)
  const again = await launchElectron(petri.home)
  const found = await again.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds())
  await again.electron.close()
  expect(found).toMatchObject({ width: 900, height: 640 })
})

test('loads the page again when its process crashes', async ({ petri: { electron, page } }) => {
  // Before its page has come, a process that ends is another one than the driver knows.
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  const crashed = page.waitForEvent('crash')
  const reloaded = electron.evaluate(({ webContents }) => {
    const [contents] = webContents.getAllWebContents()
    return new Promise<boolean>((resolve) => {
      contents?.once('render-process-gone', () => contents.once('did-finish-load', () => resolve(true)))
      contents?.forcefullyCrashRenderer()
    })
  })
  await crashed
  expect(await reloaded).toBe(true)
  const answers = await electron.evaluate(
    ({ webContents }, script): unknown => webContents.getAllWebContents()[0]?.executeJavaScript(script),
    SHELL,
  )
  expect(answers).toBe(true)
})

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`ends in order on ${signal}`, async ({ petri: { electron, page } }) => {
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    expect(await page.evaluate(SHELL)).toBe(true)
    const ended = once(electron.process(), 'exit')
    electron.process().kill(signal)
    expect(await ended).toEqual([0, null])
  })
}
