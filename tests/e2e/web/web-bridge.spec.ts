import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import type { PetriBridge } from '#contract/bridge'
import { expect, test as base, type WebSocketRoute } from 'playwright/test'
import { build } from 'vite'

import { serveWeb, type WebServer } from '../../../main/shells/web/serve-web.ts'
import { createFakeApp, type FakeApp, fakeMachine } from '../../fakes/fake-app.ts'

declare global {
  interface Window {
    /** Made by the test's page. */
    readonly bridge: PetriBridge
  }
}

interface Served {
  readonly app: FakeApp
  readonly server: WebServer
}

const test = base.extend<{ served: Served }, { pageFolder: string }>({
  pageFolder: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the fixtures that this one needs from the pattern
    async ({}, provide) => {
      const outDir = await mkdtemp(join(tmpdir(), 'petri-web-bridge-'))
      const root = fileURLToPath(new URL('../../fixtures/web-bridge', import.meta.url))
      await build({
        root,
        configFile: false,
        base: './',
        logLevel: 'error',
        build: { outDir, emptyOutDir: true, target: 'es2023' },
      })
      await provide(outDir)
      await rm(outDir, { recursive: true })
    },
    { scope: 'worker' },
  ],
  served: async ({ pageFolder }, provide) => {
    const runtimeFolder = await mkdtemp(join(tmpdir(), 'petri-web-'))
    const app = createFakeApp()
    const server = await serveWeb({ app, rendererFolder: pageFolder, runtimeFolder, now: () => new Date() })
    await provide({ app, server })
    await server.close()
    await rm(runtimeFolder, { recursive: true })
  },
})

test('opens by its link, which leaves no token in the address bar', async ({ page, served: { server } }) => {
  await page.goto(server.url)
  expect(page.url()).toBe(`http://127.0.0.1:${server.port}/`)
  const outcome = await page.evaluate(() => window.bridge.call('test.echo', { text: 'ÄÖ💡' }, 'c1'))
  expect(outcome).toEqual({ ok: true, value: { text: 'ÄÖ💡' } })
  expect(await page.evaluate(() => document.cookie)).toBe('')
})

test('carries events, cancels calls, and brings console bytes undecoded', async ({ page, served: { app, server } }) => {
  await page.goto(server.url)
  const events = await page.evaluateHandle(() => {
    const events: unknown[] = []
    window.bridge.subscribe((event) => events.push(event))
    return events
  })
  const cancelled = page.evaluate(() => window.bridge.call('test.wait', {}, 'c1'))
  await expect.poll(() => app.calls.length).toBe(1)
  app.announce({ kind: 'vm.changed', entry: fakeMachine('web', 'Web') })
  await page.evaluate(() => window.bridge.cancel('c1'))
  expect(await cancelled).toMatchObject({ ok: false, failure: { code: 'cancelled' } })
  expect(await events.jsonValue()).toEqual([{ kind: 'vm.changed', entry: fakeMachine('web', 'Web') }])

  const echoed = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const handle = window.bridge.openConsole({ kind: 'serial', vmId: 'starter', port: 0 }, (frame) => {
          if (frame.kind === 'attached') handle.send({ kind: 'write', bytes: Uint8Array.of(0, 27, 128, 255) })
          if (frame.kind === 'data') resolve([...frame.bytes])
        })
      }),
  )
  expect(echoed).toEqual([0, 27, 128, 255])
})

test('connects again by itself: calls under way fail, later ones wait, consoles close', async ({ page, served }) => {
  const routes: WebSocketRoute[] = []
  await page.routeWebSocket('**/api', (route) => {
    route.connectToServer()
    routes.push(route)
  })
  await page.goto(served.server.url)
  const seen = await page.evaluateHandle(() => {
    const seen: unknown[] = []
    window.bridge.onConnection((connected) => seen.push(connected))
    return seen
  })
  const frames = await page.evaluateHandle(() => {
    const kinds: string[] = []
    window.bridge.openConsole({ kind: 'serial', vmId: 'starter', port: 0 }, (frame) => kinds.push(frame.kind))
    return kinds
  })
  const underWay = page.evaluate(() => window.bridge.call('test.wait', {}, 'c1'))
  await expect.poll(() => served.app.calls.length).toBe(1)
  await routes[0]?.close()
  expect(await underWay).toMatchObject({ ok: false, failure: { code: 'unavailable' } })
  expect(await page.evaluate(() => window.bridge.call('test.echo', 1, 'c2'))).toEqual({ ok: true, value: 1 })
  expect(await frames.jsonValue()).toEqual(['attached', 'closed'])
  expect((await seen.jsonValue()).slice(-2)).toEqual([false, true])
})

test('keeps pages of other origins out of the app', async ({ page, served: { app, server } }) => {
  await page.goto(server.url)
  await page.goto('data:text/html,<title>elsewhere</title>')
  const outcome = await page.evaluate(
    (address) =>
      new Promise((resolve) => {
        const socket = new WebSocket(address)
        socket.addEventListener('open', () => resolve('open'))
        socket.addEventListener('error', () => resolve('refused'))
      }),
    `ws://127.0.0.1:${server.port}/api`,
  )
  expect([outcome, app.subscribers]).toEqual(['refused', 0])
})

test('says how to get in to a browser that has no link', async ({ page, served: { server } }) => {
  const answer = await page.goto(`http://127.0.0.1:${server.port}/`)
  expect(answer?.status()).toBe(401)
  await expect(page.locator('body')).toContainText('Open the address that "petri serve" printed')
})
