import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { serveWeb, type WebServer } from '../../main/shells/web/serve-web.ts'
import { createFakeApp } from '../fakes/fake-app.ts'
import { rawHttp, rawRequest } from '../fakes/raw-http.ts'

const PAGE = '<!doctype html><title>the page</title>'
const SCRIPT = 'export const nothing = 0'

let folder: string
let server: WebServer
let cookie: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'petri-matrix-'))
  await mkdir(join(folder, 'window', 'assets'), { recursive: true })
  await writeFile(join(folder, 'window', 'index.html'), PAGE)
  await writeFile(join(folder, 'window', 'assets', 'main-1a2b.js'), SCRIPT)
  await writeFile(join(folder, 'secret'), 'secret')
  server = await serveWeb({
    app: createFakeApp(),
    rendererFolder: join(folder, 'window'),
    runtimeFolder: join(folder, 'runtime'),
    now: () => new Date(),
    badTokenDelay: { firstMs: 0, maxMs: 0 },
  })
  const { pathname, search } = new URL(server.url)
  const host = `127.0.0.1:${server.port}`
  const login = await rawHttp(server.port, rawRequest('GET', pathname + search, { Host: host, Connection: 'close' }))
  cookie = login.headers.get('set-cookie')?.split(';')[0] ?? ''
})

afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

interface Probe {
  readonly kind: 'page' | 'asset' | 'socket'
  readonly method: string
  readonly host: string
  readonly origin: string | undefined
  readonly site: string | undefined
  readonly cookie: string | undefined
}

const targets = { page: '/', asset: '/assets/main-1a2b.js', socket: '/api' }
const handshake = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
}

async function probe({ kind, method, host, origin, site, cookie }: Probe): Promise<string> {
  const request = rawRequest(method, targets[kind], {
    Host: host,
    Origin: origin,
    'Sec-Fetch-Site': site,
    Cookie: cookie,
    ...(kind === 'socket' ? handshake : { Connection: 'close' }),
  })
  const { status, body } = await rawHttp(server.port, request)
  if (status === (kind === 'socket' ? 101 : 200)) return 'passed'
  const leaks = body.includes(PAGE) || body.includes(SCRIPT)
  return [400, 401, 403, 405, 429].includes(status) && !leaks ? 'refused' : `answered ${status} to ${request}`
}

describe('the loopback matrix', () => {
  it('lets only the right ones pass of every method x Host x Origin x Sec-Fetch-Site x token x target', async () => {
    const { port } = server
    const ours = `127.0.0.1:${port}`
    const tunnelled = `localhost:${port}`
    const hosts = [ours, tunnelled, `petri.example:${port}`, '127.0.0.1', `127.0.0.1:${port + 1}`, `[::1]:${port}`]
    const origins = [
      undefined,
      `http://${ours}`,
      `http://${tunnelled}`,
      `https://${ours}`,
      'http://petri.example',
      'null',
    ]
    const sites = [undefined, 'same-origin', 'none', 'same-site', 'cross-site']
    const cookies = [cookie, undefined, `${cookie.slice(0, -1)}?`, cookie.replace('petri-', 'petri-0')]
    const methods = { page: ['GET', 'POST'], asset: ['GET', 'DELETE'], socket: ['GET', 'POST'] } as const

    const passed: Probe[] = []
    const right: Probe[] = []
    const odd: string[] = []
    let count = 0
    for (const kind of ['page', 'asset', 'socket'] as const) {
      for (const host of hosts) {
        for (const origin of origins) {
          const row = sites.flatMap((site) =>
            cookies.flatMap((cookie) => methods[kind].map((method) => ({ kind, method, host, origin, site, cookie }))),
          )
          const results = await Promise.all(row.map(probe))
          passed.push(...row.filter((_, index) => results[index] === 'passed'))
          odd.push(...results.filter((result) => result !== 'passed' && result !== 'refused'))
          right.push(...row.filter((each) => isRight(each)))
          count += row.length
        }
      }
    }

    function isRight(each: Probe): boolean {
      return (
        each.method === 'GET' &&
        (each.host === ours || each.host === tunnelled) &&
        (each.origin === `http://${each.host}` || (each.origin === undefined && each.kind !== 'socket')) &&
        (each.site === undefined || each.site === 'same-origin' || each.site === 'none') &&
        each.cookie === cookie
      )
    }

    expect(odd).toEqual([])
    expect(passed).toEqual(right)
    expect([count, right.length]).toEqual([4320, 30])
  })

  it.each([
    ['a second Host', '/', { Host: ['OURS', 'petri.example'] }, 400],
    ['no Host', '/', { Host: undefined }, 400],
    ['a second Origin', '/', { Origin: ['http://OURS', 'http://petri.example'] }, 400],
    ['a second Sec-Fetch-Site', '/', { 'Sec-Fetch-Site': ['none', 'cross-site'] }, 400],
    ['two cookies of this server', '/', { Cookie: 'COOKIE; COOKIE' }, 401],
    ['a whole address as target', 'http://OURS/', {}, 400],
    ['the address of another site as target', 'http://petri.example/', {}, 400],
    ['a way out of the folder', '/../secret', {}, 404],
    ['an encoded way out of the folder', '/%2e%2e/secret', {}, 404],
    ['a doubled slash', '//secret', {}, 404],
    ['a NUL', '/index.html%00', {}, 404],
    ['a folder', '/assets', {}, 404],
    ['the socket without a handshake', '/api', {}, 404],
    ['another upgrade', '/api', { Connection: 'Upgrade', Upgrade: 'h2c', Origin: 'http://OURS' }, 400],
    ['a socket at another path', '/', { ...handshake, Origin: 'http://OURS' }, 404],
    ['a wrong token', `/?token=${'A'.repeat(43)}`, { Cookie: undefined }, 401],
    ['an empty token', '/?token=', { Cookie: undefined }, 401],
    ['a name that begins with ours', '/', { Host: 'OURS.petri.example' }, 403],
    ['an address that holds ours', '/', { Host: 'petri@OURS' }, 403],
    ['the wildcard address', '/', { Host: 'ANY' }, 403],
  ])('refuses %s', async (_name, target, headers, status) => {
    const ours = `127.0.0.1:${server.port}`
    const fill = (text: string) =>
      text.replaceAll('OURS', ours).replaceAll('COOKIE', cookie).replace('ANY', `0.0.0.0:${server.port}`)
    const all = { Host: 'OURS', Cookie: 'COOKIE', Connection: 'close', ...headers }
    const answer = await rawHttp(server.port, fill(rawRequest('GET', target, all)))
    expect([answer.status, answer.body.includes('the page')]).toEqual([status, false])
  })

  it('answers on no other address of this host', async () => {
    const { status } = await rawHttp(server.port, rawRequest('GET', '/', { Host: 'x', Connection: 'close' }))
    expect(status).toBe(403)
    await expect(fetch(`http://127.0.0.2:${server.port}/`)).rejects.toThrow('fetch failed')
  })
})
