import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type Axe from 'axe-core'
import { expect, type Page, test } from 'playwright/test'
import { build, preview, type PreviewServer } from 'vite'

import type { FakeBridge } from '../../fakes/fake-bridge.ts'

declare global {
  interface Window {
    readonly axe: typeof Axe
    readonly fakeOwner?: FakeBridge
  }
}

interface Screen {
  readonly name: string
  readonly at: string
  readonly query?: string
  /** What has to be in sight before it is looked at. */
  readonly shows: string
  readonly act?: (page: Page) => Promise<void>
}

const failure = {
  code: 'in-use',
  title: 'The machine could not start',
  evidence: 'qemu-system-x86_64: Failed to get "write" lock',
  cause: 'Another process holds the disk.',
  cure: { text: 'See which process it is:', command: 'fuser -v /srv/disk.qcow2' },
  raw: 'all that QEMU said',
} as const

const press = (page: Page, role: 'tab' | 'button' | 'menuitem' | 'radio' | 'combobox', name: string) =>
  page.getByRole(role, { name, exact: true }).click()
const menuOf = (name: string) => (page: Page) => press(page, 'button', `More for ${name}`)
const chosenFor = (name: string, item: string) => async (page: Page) => {
  await menuOf(name)(page)
  await press(page, 'menuitem', item)
}

const diskAt = (path: string) => `/disks/${encodeURIComponent(path)}`

const screens: readonly Screen[] = [
  { name: 'library', at: '/machines', shows: 'Starter' },
  { name: 'tiles', at: '/machines', shows: 'Starter', act: (page) => press(page, 'button', 'Grid') },
  { name: 'menu', at: '/machines', shows: 'Suspend to disk', act: menuOf('web') },
  { name: 'rename', at: '/machines', shows: 'Rename machine', act: chosenFor('web', 'Rename') },
  { name: 'question', at: '/machines', shows: 'pulling the plug', act: chosenFor('web', 'Power off') },
  { name: 'undo', at: '/machines', shows: 'Moved to the trash', act: chosenFor('broken disk', 'Delete') },
  {
    name: 'no match',
    at: '/machines',
    shows: 'Nothing matches',
    act: (page) => page.getByLabel('Search machines').fill('zzz'),
  },
  { name: 'empty library', at: '/machines', query: '?machines=0&host=ready', shows: 'No machines yet' },
  { name: 'palette', at: '/machines', shows: 'Show host readiness', act: (page) => page.keyboard.press('Control+k') },
  {
    name: 'shortcuts',
    at: '/machines',
    shows: 'Command palette, also from a console',
    act: (page) => page.keyboard.press('Shift+?'),
  },
  { name: 'images', at: '/images', query: '?images=all', shows: 'Ubuntu 24.04 LTS, server' },
  {
    name: 'download of an image',
    at: '/images',
    query: '?images=all',
    shows: 'Downloading 40 %',
    act: (page) => press(page, 'button', 'Download Ubuntu 24.04 LTS, server, arm64, disk'),
  },
  {
    name: 'images that are here, offline',
    at: '/images',
    query: '?images=offline',
    shows: 'Used by nobody',
    act: (page) => press(page, 'tab', 'Here (2)'),
  },
  {
    name: 'no images here',
    at: '/images',
    shows: 'No images are here yet',
    act: (page) => press(page, 'tab', 'Here (0)'),
  },
  {
    name: 'servers of images',
    at: '/images',
    query: '?images=all',
    shows: 'The server cannot be reached',
    act: (page) => press(page, 'tab', 'Servers'),
  },
  {
    name: 'image from an address',
    at: '/images',
    query: '?images=all',
    shows: 'It has to begin with https://',
    act: async (page) => {
      await press(page, 'button', 'More about images')
      await press(page, 'menuitem', 'Download from an address')
      await page.getByRole('textbox', { name: 'Address' }).fill('http://x')
    },
  },
  {
    name: 'images cannot be listed',
    at: '/machines',
    shows: 'Another process holds the disk.',
    act: async (page) => {
      await page.evaluate((planned) => window.fakeOwner?.failNext('image.list', planned), failure)
      await page.getByRole('link', { name: 'Images' }).click()
    },
  },
  {
    name: 'jobs',
    at: '/machines',
    query: '?jobs=all',
    shows: 'Clear ended',
    act: async (page) => {
      await press(page, 'button', 'Jobs, 4 under way (Alt+J)')
      await page.getByRole('button', { name: 'Show log' }).first().click()
      await page.getByText('Asking cloud.example').waitFor()
    },
  },
  { name: 'no jobs', at: '/machines', shows: 'Nothing is under way', act: (page) => page.keyboard.press('Alt+j') },
  {
    name: 'end of a job',
    at: '/machines',
    query: '?jobs=all',
    shows: 'Done: Copy the machine web',
    act: (page) =>
      page.evaluate(() => {
        const state = {
          kind: 'done',
          at: new Date().toISOString(),
          seconds: 3,
          summary: 'It is there.',
          result: {},
        } as const
        const job = {
          id: 'job-unknown',
          kind: 'vm.copy',
          title: 'Copy the machine web',
          canPause: false,
          canRetry: true,
        }
        window.fakeOwner?.announce({ kind: 'job.changed', job: { ...job, createdAt: state.at, state } })
      }),
  },
  {
    name: 'failure',
    at: '/machines',
    shows: 'Another process holds the disk.',
    act: async (page) => {
      await page.evaluate((planned) => window.fakeOwner?.failNext('vm.start', planned), failure)
      await press(page, 'button', 'Start Starter')
      await press(page, 'button', 'Show raw output')
    },
  },
  {
    name: 'connection lost',
    at: '/machines',
    shows: 'Connection lost.',
    act: (page) => page.evaluate(() => window.fakeOwner?.setConnected(false)),
  },
  { name: 'console of a stopped machine', at: '/machines/starter/serial', shows: 'This machine is off' },
  { name: 'console', at: '/machines/web/serial', shows: 'Pause' },
  { name: 'console after a failed start', at: '/machines/broken/serial', shows: 'it could not open a disk' },
  { name: 'console of a suspended machine', at: '/machines/arm64/serial', shows: 'Discard saved memory' },
  { name: 'no screen', at: '/machines/starter/screen', shows: 'This machine has no screen' },
  { name: 'screen', at: '/machines/web/screen', shows: 'QEMU (web)' },
  {
    name: 'screen beside the console',
    at: '/machines/web/screen',
    shows: 'Petri starter guest',
    act: (page) => press(page, 'button', 'Serial console beside it'),
  },
  {
    name: 'keys of a screen',
    at: '/machines/web/screen',
    shows: 'Ctrl+Alt+F12',
    act: async (page) => {
      await page.getByText('QEMU (web)').waitFor()
      await press(page, 'button', 'Keys')
    },
  },
  {
    name: 'typing into a screen',
    at: '/machines/web/screen',
    shows: 'kept nowhere',
    act: async (page) => {
      await page.getByText('QEMU (web)').waitFor()
      await press(page, 'button', 'Type text as keys')
    },
  },
  { name: 'no serial port', at: '/machines/mute/serial', shows: 'Add a serial port' },
  { name: 'not answering', at: '/machines/hung/serial', shows: 'Petri goes on asking' },
  { name: 'shutdown ignored', at: '/machines/stubborn/overview', shows: 'Ask again and wait' },
  { name: 'paused by QEMU', at: '/machines/full/overview', shows: 'Free some space' },
  { name: 'newer version', at: '/machines/newer/settings', shows: 'Made by a newer Petri.' },
  { name: 'damaged file', at: '/machines/lost/overview', shows: 'This machine’s file cannot be read' },
  { name: 'overview', at: '/machines/web/overview', shows: 'leads to port 80 in the guest' },
  {
    name: 'overview as a table',
    at: '/machines/web/overview',
    shows: 'Processor: Of 2 CPUs',
    act: (page) => page.getByRole('switch', { name: 'As a table' }).check(),
  },
  { name: 'overview of a machine that is off', at: '/machines/starter/overview', shows: 'No port of this computer' },
  { name: 'long name', at: '/machines/long/overview', shows: 'Machine type' },
  { name: 'settings with a problem', at: '/machines/broken/settings', shows: 'One thing has to change' },
  { name: 'settings of a running machine', at: '/machines/web/settings', shows: 'everything else changes at once' },
  {
    name: 'open list',
    at: '/machines/starter/settings',
    shows: 'KVM only',
    act: (page) => press(page, 'combobox', 'Acceleration'),
  },
  { name: 'snapshots', at: '/machines/web/snapshots', shows: 'You are here' },
  {
    name: 'a snapshot',
    at: '/machines/web/snapshots',
    shows: 'Go back to this',
    act: (page) => page.getByRole('treeitem', { name: /Web server set up/ }).click(),
  },
  {
    name: 'going back',
    at: '/machines/web/snapshots',
    shows: 'Keep the present state',
    act: async (page) => {
      await page.getByRole('treeitem', { name: /Web server set up/ }).click()
      await press(page, 'button', 'Go back to this')
    },
  },
  {
    name: 'taking a snapshot',
    at: '/machines/web/snapshots',
    shows: 'Without one it gets the next number.',
    act: (page) => press(page, 'button', 'Take snapshot'),
  },
  {
    name: 'cloning',
    at: '/machines/web/snapshots',
    shows: 'the source has to stay',
    act: async (page) => {
      await page
        .getByRole('treeitem', { name: /Installed/ })
        .first()
        .click()
      await press(page, 'button', 'Clone')
    },
  },
  { name: 'no snapshot possible', at: '/machines/starter/snapshots', shows: 'No snapshot can be made now' },
  {
    name: 'snapshots that cannot be read',
    at: '/machines/starter/overview',
    shows: 'Another process holds the disk.',
    act: async (page) => {
      await page.evaluate((planned) => window.fakeOwner?.failNext('snapshot.list', planned), failure)
      await page.getByRole('tab', { name: 'Snapshots' }).click()
    },
  },
  { name: 'command', at: '/machines/starter/command', shows: 'The emulator for this architecture.' },
  { name: 'log', at: '/machines/broken/log', shows: 'Copy log' },
  {
    name: 'throwaway run',
    at: '/machines/starter/serial',
    shows: 'End the run',
    act: chosenFor('Starter', 'Throwaway run'),
  },
  { name: 'unknown machine', at: '/machines/nothere/serial', shows: 'This machine is not in the library' },
  { name: 'new machine', at: '/create', shows: 'Installer ISO' },
  {
    name: 'new machine from a kernel',
    at: '/create',
    shows: 'stays silent',
    act: (page) => press(page, 'radio', 'Kernel and initrd'),
  },
  {
    name: 'new machine from an installer',
    at: '/create',
    shows: 'Maintained until 2028-06-30',
    act: (page) => page.getByLabel('ISO file').fill('/home/me/debian-12.iso'),
  },
  {
    name: 'new machine from a broken file',
    at: '/create',
    shows: 'is empty (0 bytes)',
    act: (page) => page.getByLabel('ISO file').fill('/home/me/broken.iso'),
  },
  {
    name: 'new machine from a disk',
    at: '/create',
    shows: 'qcow2 disk image',
    act: async (page) => {
      await press(page, 'radio', 'Existing disk')
      await page.getByLabel('Disk file').fill('/home/me/disk.qcow2')
    },
  },
  {
    name: 'new machine from an image',
    at: '/create',
    shows: 'Get an image',
    act: (page) => press(page, 'radio', 'Catalogue image'),
  },
  {
    name: 'new machine without templates',
    at: '/create',
    shows: 'No machine is a template yet',
    act: (page) => press(page, 'radio', 'Template'),
  },
  {
    name: 'template',
    at: '/machines',
    shows: 'Template',
    act: chosenFor('broken disk', 'Make a template'),
  },
  {
    name: 'new machine being copied',
    at: '/create',
    shows: 'It goes on when you leave this page',
    act: async (page) => {
      await press(page, 'radio', 'Existing disk')
      await page.getByLabel('Disk file').fill('/home/me/disk.qcow2')
      await page.keyboard.press('Enter')
      await page.getByLabel('Set it up at the first start').click({ force: true })
      await page.getByLabel('User', { exact: true }).fill('Me!')
      await page.getByText('a login has lower-case letters').waitFor()
      await page.getByLabel('User', { exact: true }).fill('me')
      await page.getByLabel('Password', { exact: true }).fill('secret')
      await page.getByText('Ready to create.').waitFor()
      await press(page, 'button', 'Create')
    },
  },
  {
    name: 'review',
    at: '/create',
    shows: 'Ready to create.',
    act: async (page) => {
      await page.getByLabel('ISO file').fill('/home/me/debian-12.iso')
      await page.keyboard.press('Enter')
    },
  },
  { name: 'disks', at: '/disks', shows: 'No disk is open' },
  { name: 'a disk', at: diskAt('/srv/debian.vmdk'), shows: 'Each cell is' },
  { name: 'a layer', at: diskAt('/srv/layer.qcow2'), shows: 'End the layer' },
  { name: 'an appliance', at: diskAt('/srv/box.ova'), shows: 'Import as a machine' },
  { name: 'a hostile disk', at: diskAt('/srv/hostile.qcow2'), shows: 'Petri leaves it closed' },
  { name: 'a folder of disks', at: diskAt('/srv'), shows: 'debian.vmdk' },
  { name: 'no such disk', at: diskAt('/srv/gone.img'), shows: 'There is no file' },
  { name: 'convert', at: `${diskAt('/srv/debian.vmdk')}/convert`, shows: 'What will be done' },
  {
    name: 'convert to an own format',
    at: `${diskAt('/srv/debian.vmdk')}/convert`,
    shows: 'Compression',
    act: async (page) => {
      await page.getByRole('combobox', { name: 'For' }).click()
      await page.getByRole('option', { name: 'A format of my choice' }).click()
    },
  },
  {
    name: 'convert over a file',
    at: `${diskAt('/srv/debian.vmdk')}/convert`,
    shows: 'exists already',
    act: (page) => page.getByRole('textbox', { name: 'New file' }).fill('/srv/there.qcow2'),
  },
  { name: 'host', at: '/host', shows: 'sudo apt install' },
  { name: 'ready host', at: '/host', query: '?host=ready', shows: '3 ready' },
]

let outDir = ''
let server: PreviewServer | undefined
let address = ''
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

test.beforeAll(async () => {
  outDir = await mkdtemp(join(tmpdir(), 'petri-screens-'))
  const configFile = new URL('../../fixtures/renderer-preview/vite.config.ts', import.meta.url).pathname
  const shared = { configFile, logLevel: 'error', build: { outDir } } as const
  await build(shared)
  server = await preview({ ...shared, preview: { port: 0, host: '127.0.0.1' } })
  address = server.resolvedUrls?.local[0] ?? ''
})

test.afterAll(async () => {
  await server?.close()
  await rm(outDir, { recursive: true, force: true })
})

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme, contextOptions: { reducedMotion: 'reduce' }, viewport: { width: 1280, height: 800 } })

    for (const { name, at, query = '', shows, act } of screens) {
      test(`${name}: nothing for axe to find, no error in the page`, async ({ page }) => {
        const errors: string[] = []
        page.on('pageerror', (error) => errors.push(error.message))
        await page.goto(`${address}${query}#${at}`)
        await page.locator('h1').first().waitFor()
        await act?.(page)
        await page.getByText(shows).first().waitFor()
        await page.evaluate(axe)
        const violations = await page.evaluate(async () => {
          const report = await window.axe.run(document, { resultTypes: ['violations'] })
          return report.violations.map(({ id, nodes }) => ({ id, nodes: nodes.map((node) => node.html) }))
        })
        expect(violations).toEqual([])
        expect(errors).toEqual([])
      })
    }
  })
}

test('a screen that floods its name and its clipboard freezes nothing and reaches no clipboard', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.goto(`${address}?screen=flood#/machines/web/screen`)
  await page.getByRole('application', { name: 'Screen of web' }).waitFor()
  await page.evaluate(() => navigator.clipboard.writeText('mine'))
  const offer = page.getByRole('button', { name: /^Copy \d+ characters from the guest$/ })
  await offer.waitFor()
  // Every press is worked through while texts keep coming.
  const fit = page.getByRole('button', { name: 'Fit the picture to the window' })
  for (const pressed of ['false', 'true', 'false']) {
    await fit.click()
    await expect(fit).toHaveAttribute('aria-pressed', pressed)
  }
  const title = await page.getByTitle(/^The guest calls this:/).getAttribute('title')
  expect(title?.length).toBeLessThan(160)
  expect(title).not.toContain('\u202e')
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('mine')
  await offer.click()
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toMatch(/^rm -rf ~ # \d+$/)
})
