import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

import type { Page } from 'playwright/test'

import { callFromPage, expect, launchElectron, test } from '../support/launch-electron.ts'
import { launchServe } from '../support/launch-serve.ts'
import { appFolder, makePetriHome } from '../support/petri-home.ts'

/** Which kind of process owns the data folder that the window shows. */
async function owner(page: Page): Promise<unknown> {
  const outcome = await callFromPage(page, 'app.info')
  const info = outcome.ok ? outcome.value : undefined
  return typeof info === 'object' && info !== null && 'shell' in info ? info.shell : undefined
}

test('lets the command line in while the window is open', async ({ petri: { home, page } }) => {
  expect(await owner(page)).toBe('electron')
  const draft = { name: 'Made in the window', architecture: 'x86_64', memoryMiB: 64 }
  const created = await callFromPage(page, 'vm.create', { draft })
  expect(created).toMatchObject({ ok: true })
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(appFolder, 'dist/main/cli.js'), 'list', '--json'],
    {
      env: home.env,
    },
  )
  expect(JSON.parse(stdout)).toContainEqual(expect.objectContaining({ name: 'Made in the window', state: 'stopped' }))
})

test('attaches to the server that runs already, and takes over when it ends', async () => {
  await using home = await makePetriHome()
  const served = await launchServe(home)
  const { electron, page } = await launchElectron(home)
  expect(await owner(page)).not.toBe('electron')

  const connections = await page.evaluateHandle(() => {
    const connections: boolean[] = []
    window.petri?.onConnection((connected) => connections.push(connected))
    return connections
  })
  await served.stop()
  await expect.poll(() => owner(page), { timeout: 15_000 }).toBe('electron')
  expect(await connections.jsonValue()).toEqual([false, true])
  await electron.close()
})
