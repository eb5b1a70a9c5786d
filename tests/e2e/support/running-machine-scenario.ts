import { once } from 'node:events'
import { connect, createServer } from 'node:net'

import { expect, type Page } from 'playwright/test'

/** What somebody does with a machine that runs: looks at its graphs, opens a port, and gives it a disk. */
export async function runRunningMachineScenario(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Start Starter', exact: true }).click()
  await page.getByRole('link', { name: 'Starter', exact: true }).click()
  const console = page.getByRole('region', { name: 'Serial console of Starter' })
  await expect(console).toContainText('root@starter', { timeout: 60_000 })

  await page.getByRole('tab', { name: 'Overview' }).click()
  const uses = page.getByRole('region', { name: 'What it uses' })
  await expect(uses.getByText('Running for')).toBeVisible()
  await expect.poll(async () => await linePixels(page)).toBeGreaterThan(20)
  await uses.getByRole('switch', { name: 'As a table' }).check()
  await expect(uses.getByRole('rowheader').first()).toBeVisible()

  const hostPort = await freePort()
  const forwards = page.getByRole('region', { name: 'Port forwards' })
  await forwards.getByLabel('Port here').fill(String(hostPort))
  await forwards.getByLabel('Port in the guest').fill('7777')
  await forwards.getByRole('button', { name: 'Open' }).click()
  await expect(forwards.getByText(`127.0.0.1:${hostPort}`).first()).toBeVisible()
  await expect(forwards.getByText('Open', { exact: true }).first()).toBeVisible()
  expect(await opens(hostPort)).toBe(true)
  await forwards.getByRole('button', { name: `Remove forward tcp:${hostPort}` }).click()
  await expect(forwards.getByText('No port of this computer')).toBeVisible()
  expect(await opens(hostPort)).toBe(false)

  await page.getByRole('tab', { name: 'Settings' }).click()
  await expect(page.getByLabel('Sockets')).toBeDisabled()
  await page.getByRole('button', { name: 'Make a new disk' }).click()
  await page.getByLabel('Size in GiB').fill('1')
  await page.getByRole('button', { name: 'Apply now' }).click()
  await expect(page.getByLabel('Disk 1: file', { exact: true })).toHaveValue('disk0.qcow2')
  await expect(page.getByRole('button', { name: 'Apply now' })).toHaveCount(0)
  await page.getByRole('tab', { name: 'Serial' }).click()
  await console.click()
  await page.keyboard.type('until [ -b /dev/vda ]; do sleep 1; done; echo vda-$(cat /sys/block/vda/size)\n')
  await expect(console).toContainText(`vda-${2 * 1024 * 1024}`, { timeout: 20_000 })
}

/** Pixels of the first graph in its own first colour: a canvas tells nobody what it shows. */
async function linePixels(page: Page): Promise<number> {
  return await page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('.graph-canvas canvas')
    const context = canvas?.getContext('2d')
    if (!canvas || !context) return 0
    const probe = document.createElement('span')
    probe.style.color = 'var(--petri-accent)'
    document.body.append(probe)
    const [red = 0, green = 0, blue = 0] = (getComputedStyle(probe).color.match(/\d+/g) ?? []).map(Number)
    probe.remove()
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height)
    let count = 0
    for (let place = 0; place < data.length; place += 4)
      if (
        Math.abs((data[place] ?? 0) - red) < 40 &&
        Math.abs((data[place + 1] ?? 0) - green) < 40 &&
        Math.abs((data[place + 2] ?? 0) - blue) < 40 &&
        (data[place + 3] ?? 0) > 128
      )
        count += 1
    return count
  })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

async function opens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
