import { once } from 'node:events'
import { mkdtemp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'

import {
  PortTakenError,
  serveWeb,
  type ServeWebOptions,
  type WebServer,
} from '../../../../main/shells/web/serve-web.ts'
import { createFakeApp } from '../../../fakes/fake-app.ts'

let folder: string
let servers: WebServer[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'petri-web-'))
  servers = []
  await mkdir(join(folder, 'window', 'assets'), { recursive: true })
  await writeFile(join(folder, 'window', 'index.html'), 'the page')
  await writeFile(join(folder, 'window', 'assets', 'main-1a2b.js'), 'the script')
})
afterEach(async () => {
  for (const server of servers) await server.close()
  await rm(folder, { recursive: true })
})

async function serve(options: Partial<ServeWebOptions> = {}): Promise<WebServer> {
  const server = await serveWeb({
    app: createFakeApp(),
    rendererFolder: join(folder, 'window'),
    runtimeFolder: join(folder, 'runtime'),
    now: () => new Date('2026-01-02T03:04:05Z'),
    badTokenDelay: { firstMs: 0, maxMs: 0 },
    ...options,
  })
  servers.push(server)
  return server
}

async function logIn(server: WebServer): Promise<string> {
  const answer = await fetch(server.url, { redirect: 'manual' })
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/'])
  return answer.headers.get('set-cookie') ?? ''
}

describe('web mode', () => {
  it('exchanges the link for a cookie that scripts and other sites cannot use', async () => {
    const server = await serve()
    const cookie = await logIn(server)
    expect(cookie).toMatch(/^petri-[0-9a-f]{8}=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/)
    const page = await fetch(`http://127.0.0.1:${server.port}/`, { headers: { Cookie: cookie.split(';')[0] ?? '' } })
    expect([page.status, await page.text(), page.headers.get('content-type')]).toEqual([
      200,
      'the page',
      'text/html; charset=utf-8',
    ])
  })

  it('takes each link once, and keeps the next one in a file that only its user can read', async () => {
    const server = await serve()
    expect(await readFile(server.linkFile, 'utf8')).toBe(`${server.url}\n`)
    await logIn(server)
    expect((await fetch(server.url, { redirect: 'manual' })).status).toBe(401)
    const next = (await readFile(server.linkFile, 'utf8')).trim()
    expect(next).not.toBe(server.url)
    expect((await fetch(next, { redirect: 'manual' })).status).toBe(303)
    expect((await stat(server.linkFile)).mode & 0o777).toBe(0o600)
  })

  it('does not let a browser that fetches ahead use the link up', async () => {
    const server = await serve()
    const ahead = await fetch(server.url, { headers: { 'Sec-Purpose': 'prefetch' }, redirect: 'manual' })
    const head = await fetch(server.url, { method: 'HEAD', redirect: 'manual' })
    expect([ahead.status, head.status]).toEqual([403, 403])
    await logIn(server)
  })

  it('opens the page again when a logged-in browser follows its old link', async () => {
    const server = await serve()
    const cookie = (await logIn(server)).split(';')[0] ?? ''
    const again = await fetch(server.url, { headers: { Cookie: cookie }, redirect: 'manual' })
    expect([again.status, again.headers.get('location')]).toEqual([303, '/'])
  })

  it('has no use for the cookies of another server', async () => {
    const [one, other] = [await serve(), await serve()]
    const cookie = (await logIn(one)).split(';')[0] ?? ''
    const answer = await fetch(`http://127.0.0.1:${other.port}/`, { headers: { Cookie: cookie } })
    expect(answer.status).toBe(401)
  })

  it('sends the headers that keep other sites and inline scripts out, refusals included', async () => {
    const server = await serve()
    const cookie = (await logIn(server)).split(';')[0] ?? ''
    const address = `http://127.0.0.1:${server.port}`
    const [page, script, refusal] = await Promise.all([
      fetch(`${address}/`, { headers: { Cookie: cookie } }),
      fetch(`${address}/assets/main-1a2b.js`, { headers: { Cookie: cookie } }),
      fetch(`${address}/`, { headers: { Origin: 'http://petri.example' } }),
    ])
    expect([page.status, script.status, refusal.status]).toEqual([200, 200, 403])
    for (const answer of [page, script, refusal]) {
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
      })
      expect(answer.headers.has('access-control-allow-origin')).toBe(false)
    }
    expect(page.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
        `font-src 'self'; connect-src 'self' ws://127.0.0.1:${server.port}; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
    )
    expect([page, script].map((answer) => answer.headers.get('cache-control'))).toEqual([
      'no-store',
      'private, max-age=31536000, immutable',
    ])
  })

  it('carries the app over its WebSocket to a logged-in page', async () => {
    const server = await serve()
    const cookie = (await logIn(server)).split(';')[0] ?? ''
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/api`, {
      headers: { Cookie: cookie, Origin: `http://127.0.0.1:${server.port}` },
    })
    const replies: unknown[] = []
    socket.on('message', (data) => {
      if (data instanceof Buffer) replies.push(JSON.parse(data.toString()))
      if (replies.length === 2) socket.close()
    })
    await once(socket, 'open')
    socket.send(JSON.stringify({ t: 'call', id: '1', name: 'test.echo', params: { a: 1 } }))
    await once(socket, 'close')
    expect(replies).toEqual([
      { t: 'hello', protocol: 1 },
      { t: 'outcome', id: '1', outcome: { ok: true, value: { a: 1 } } },
    ])
  })

  it('answers bad tokens later and later, and good ones at once', async () => {
    const server = await serve({ badTokenDelay: { firstMs: 40, maxMs: 160 } })
    const cookie = (await logIn(server)).split(';')[0] ?? ''
    const bad = { headers: { Cookie: `${cookie.split('=')[0] ?? ''}=wrong` } }
    const address = `http://127.0.0.1:${server.port}/`
    const took: number[] = []
    for (let attempt = 0; attempt < 4; attempt += 1) {
      const since = performance.now()
      expect((await fetch(address, bad)).status).toBe(401)
      took.push(performance.now() - since)
    }
    expect(took.map((ms, index) => ms >= Math.min(160, 40 * 2 ** index) - 2)).toEqual([true, true, true, true])

    const many = Promise.all(Array.from({ length: 40 }, async () => (await fetch(address, bad)).status))
    expect((await fetch(address, { headers: { Cookie: cookie } })).status).toBe(200)
    expect(new Set(await many)).toEqual(new Set([401, 429]))
  })

  it('names who holds a port that is taken', async () => {
    const { port } = await serve()
    const refused = serve({ port })
    await expect(refused).rejects.toBeInstanceOf(PortTakenError)
    await expect(refused).rejects.toThrow(
      new RegExp(`^port ${port} of 127.0.0.1 is taken by .+, process ${process.pid}$`),
    )
  })

  it('leaves nothing behind when it is closed', async () => {
    const server = await serve()
    servers = []
    await server.close()
    await expect(stat(server.linkFile)).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(fetch(server.url)).rejects.toThrow('fetch failed')
  })
})
