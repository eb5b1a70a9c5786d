import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { httpsServer, sendFile } from '../../support/https-server.ts'
import { sha256, streamsTree } from '../../fixtures/streams-tree.ts'
import { testAuthority } from '../../support/test-authority.ts'
import { launchServe } from '../support/launch-serve.ts'
import { makePetriHome } from '../support/petri-home.ts'
import { expect, test } from '../support/launch-serve.ts'

test('a person adds a server, downloads an image by keyboard, and sees in the drawer and the store that it is there', async ({
  page,
}) => {
  await using home = await makePetriHome()
  const authority = await testAuthority(home.path)
  const files = streamsTree(['amd64', 'armhf'])
  await using server = await httpsServer(authority.good, (request, response) => {
    const file = files.get(request.url ?? '')
    if (file) return sendFile(request, response, file)
    response.writeHead(404).end()
  })
  const served = await launchServe({ ...home, env: { ...home.env, PETRI_CA_FILE: authority.caFile } })
  try {
    await page.goto(served.url)
    await page.getByRole('link', { name: 'Images' }).click()
    // The list that comes with Petri is there before any server was asked.
    await page.getByLabel('Search images').fill('debian netinst arm64')
    await expect(page.getByText('Debian stable, network installer')).toHaveCount(1)

    await page.getByRole('tab', { name: 'Servers' }).click()
    for (const builtIn of ['Ubuntu cloud images', 'linuxcontainers.org']) {
      await page.getByRole('button', { name: `Remove ${builtIn}` }).click()
      await page.getByRole('button', { name: 'Remove', exact: true }).click()
    }
    await page.getByRole('button', { name: 'Add a server' }).click()
    await page.getByRole('textbox', { name: 'Address' }).fill(server.url)
    await page.keyboard.press('Enter')
    await expect(page.getByText('4 images, read')).toBeVisible()

    await page.getByRole('tab', { name: 'Catalogue' }).click()
    await page.getByLabel('Search images').fill('example armhf')
    const download = page.getByRole('button', { name: 'Download Example 1.0, server, armhf, disk' })
    await download.focus()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('row', { name: /armhf.*disk/ }).getByText('Here')).toBeVisible()

    await page.keyboard.press('Alt+j')
    const drawer = page.getByRole('dialog', { name: 'Jobs' })
    await expect(drawer.getByText('Example 1.0, server is here: Digest from the server’s list.')).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(drawer).toBeHidden()

    await page.getByRole('tab', { name: 'Here (1)' }).click()
    await expect(page.getByText('Used by nobody')).toBeVisible()
    const image = files.get('/server/20260301%3Aarmhf/disk1.img') ?? Buffer.alloc(0)
    const stored = await readFile(join(home.path, 'data/images/sha256', sha256(image)))
    expect(createHash('sha256').update(stored).digest('hex')).toBe(sha256(image))

    // What long actions came to outlives the window and the owner.
    await page.reload()
    // A page that is not there yet hears no key.
    await expect(page.getByRole('heading', { name: 'Images', exact: true })).toBeVisible()
    await page.keyboard.press('Alt+j')
    await expect(drawer.getByText('Download Example 1.0, server, armhf')).toBeVisible()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'More about images' }).click()
    await page.getByRole('menuitem', { name: 'Clean up' }).click()
    await page.getByRole('button', { name: 'Delete them' }).click()
    await page.getByRole('tab', { name: 'Here (0)' }).click()
    await expect(page.getByText('No images are here yet')).toBeVisible()
  } finally {
    await served.stop()
  }
})
