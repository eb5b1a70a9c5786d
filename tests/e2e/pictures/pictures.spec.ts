import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

import type { Page } from 'playwright/test'

import { rootFileSystem } from '../../support/root-file-system.ts'
import { expect, test } from '../support/launch-serve.ts'
import { makeHistory, makePictureLab } from './picture-lab.ts'

const LIMIT_MS = 90_000
const folder = process.env['PETRI_PICTURES'] ?? ''

test.use({ viewport: { width: 1280, height: 800 } })

test('pictures of every main screen', async ({ page, served }) => {
  test.setTimeout(8 * 60_000)
  await mkdir(folder, { recursive: true })
  const lab = await makePictureLab(served.home)
  await page.goto(served.url)
  const picture = async (name: string): Promise<void> => {
    // The pointer and a tooltip below it belong to nobody.
    await page.mouse.move(1270, 790)
    await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur())
    await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled', caret: 'hide' })
  }
  const tab = (name: string) => page.getByRole('tab', { name }).click()

  const serial = page.getByRole('region', { name: 'Serial console of Starter' })
  await open(page, '/machines/starter/serial')
  await expect(serial).toContainText('root@starter', { timeout: LIMIT_MS })
  await serial.click()
  await page.keyboard.type('clear; uname -a; free -m; ip address\n')
  await expect(serial).toContainText(/qlen 1000[^]*root@starter/)
  await picture('serial')

  await makeHistory(served.home)
  await expect(page.getByRole('button', { name: 'Dismiss' })).toHaveCount(0, { timeout: LIMIT_MS })
  await page.getByRole('link', { name: 'Machines' }).click()
  await page.getByRole('link', { name: 'Notebook', exact: true }).click()
  await tab('Snapshots')
  await page.getByRole('treeitem', { name: /^First upgrade/ }).click()
  await expect(page.getByRole('img', { name: /The screen at/ })).toBeVisible()
  await picture('snapshots')
  await tab('Screen')
  await expect(page.getByRole('application', { name: 'Screen of Notebook' })).toBeVisible()
  await expect(page.getByRole('status', { name: 'Connecting to the screen' })).toHaveCount(0)
  await picture('screen')
  await tab('Command')
  await expect(page.getByText('What it does').or(page.getByText('qemu-system-x86_64')).first()).toBeVisible()
  await picture('command')
  await tab('Settings')
  await expect(page.getByLabel('Sockets')).toBeVisible()
  await picture('settings')
  await tab('Log')
  await picture('log')

  await open(page, '/create')
  await page.getByRole('textbox', { name: 'ISO file' }).fill(lab.iso)
  await expect(page.getByText('recommends')).toBeVisible()
  await picture('new-machine')
  await page.getByRole('button', { name: 'Review', exact: true }).click()
  await expect(page.getByText('Ready to create.')).toBeVisible()
  await picture('review')

  await open(page, '/images')
  await expect(page.getByText('in the catalogue')).toBeVisible()
  await picture('images')
  await open(page, `/disks/${encodeURIComponent(lab.disk)}`)
  await expect(page.getByText('Each cell is')).toBeVisible()
  await picture('disk')
  await open(page, `/disks/${encodeURIComponent(lab.disk)}/convert`)
  await expect(page.getByText('What will be done')).toBeVisible()
  await picture('convert')
  await open(page, '/containers/new')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await picture('new-container')
  await page.getByRole('radio', { name: 'File or folder' }).click()
  await page.getByRole('textbox', { name: 'File' }).fill(rootFileSystem('armhf'))
  await page.getByRole('textbox', { name: 'Name' }).fill('build-armhf')
  await page.getByRole('button', { name: 'Make the container' }).click()
  await page.getByRole('link', { name: 'Open the container' }).click({ timeout: LIMIT_MS })
  await page.getByRole('button', { name: 'Terminal', exact: true }).click()
  const inside = page.getByRole('region', { name: 'Terminal 1 of build-armhf' })
  await expect(inside).toContainText('#', { timeout: LIMIT_MS })
  await page.keyboard.type('clear; uname -m; dpkg --print-architecture; head -4 /etc/os-release\n')
  await expect(inside).toContainText(/VERSION_ID[^]*#/)
  await picture('container')
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(page.getByRole('button', { name: 'Start', exact: true })).toBeVisible({ timeout: LIMIT_MS })
  await open(page, '/containers/binfmt')
  await expect(page.getByRole('main').getByText('armhf').first()).toBeVisible()
  await picture('architectures')
  await open(page, '/host')
  await expect(page.getByRole('heading', { name: 'Host', exact: true })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Check again' })).toBeEnabled({ timeout: LIMIT_MS })
  await picture('host')

  await open(page, '/machines/starter/overview')
  await expect(page.getByRole('region', { name: 'What it uses' }).getByText('Running for')).toBeVisible()
  await expect(page.locator('.graph-canvas canvas')).toHaveCount(4)
  await picture('overview')

  await open(page, '/machines')
  await expect(page.getByRole('link', { name: 'Web server' })).toBeVisible()
  await picture('machines')
  await page.getByRole('link', { name: 'Trash' }).click()
  await expect(page.getByText('The trash is empty')).toBeVisible()
  await picture('trash')
  await page.getByRole('button', { name: 'All machines' }).click()
  await page.getByRole('button', { name: 'Grid' }).click()
  await page.getByRole('button', { name: 'Appearance' }).click()
  await page.getByRole('menuitemradio', { name: 'Dark' }).click()
  await picture('machines-dark')
  await page.getByRole('button', { name: 'Jobs (Alt+J)' }).click()
  await expect(page.getByRole('dialog', { name: 'Jobs' })).toBeVisible()
  await picture('jobs')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('textbox', { name: 'Search machines and actions' })).toBeFocused()
  await page.keyboard.type('note')
  await expect(page.getByRole('dialog').getByText('Open Notebook')).toBeVisible()
  await page.screenshot({ path: join(folder, 'palette.png'), animations: 'disabled', caret: 'hide' })
})

async function open(page: Page, at: string): Promise<void> {
  await page.evaluate((hash) => {
    window.location.hash = hash
  }, at)
}
