import { once } from 'node:events'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { ConsoleFrame } from '#contract/console'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'

import type { App } from '../../../../main/api/app.ts'
import { connectOwner } from '../../../../main/shells/local/connect-owner.ts'
import { serveLocalSocket } from '../../../../main/shells/local/serve-local-socket.ts'
import { createFakeApp, fakeMachine } from '../../../fakes/fake-app.ts'

const timeoutMs = 5000
let folder: string
let ends: (() => unknown)[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'petri-local-'))
  ends = [() => rm(folder, { recursive: true })]
})
afterEach(async () => {
  for (const end of ends.toReversed()) await end()
})

async function serveAndConnect(path = join(folder, 'runtime', 'owner.sock')) {
  const app = createFakeApp()
  const served = await serveLocalSocket(app, path)
  ends.push(() => served[Symbol.asyncDispose]())
  const onLost = vi.fn<() => void>()
  const remote = await connectOwner(path, { timeoutMs, onLost })
  ends.push(() => remote[Symbol.asyncDispose]())
  return { app, served, remote, path, onLost }
}

function collect(app: App) {
  const frames: ConsoleFrame[] = []
  const console = app.openConsole({ kind: 'serial', vmId: 'starter', port: 0 }, (frame) => frames.push(frame))
  return { frames, console }
}

describe('the local socket', () => {
  it('lets who is in get their answers before it closes, and nobody else in', async () => {
    const { app, served, remote, path } = await serveAndConnect()
    const answer = remote.dispatch('test.wait', {})
    await remote.dispatch('test.echo', {})
    let finished = false
    const finish = served.finish(60_000).then(() => (finished = true))
    await expect(connectOwner(path, { timeoutMs, onLost: () => undefined })).rejects.toMatchObject({ kind: 'gone' })
    await remote.dispatch('test.echo', {})
    expect(finished).toBe(false)
    app.finishWaiting('done')
    expect(await answer).toEqual({ ok: true, value: 'done' })
    await finish
  })

  it('does not wait for who never gets an answer', async () => {
    const { served, remote } = await serveAndConnect()
    const answer = remote.dispatch('test.wait', {})
    await remote.dispatch('test.echo', {})
    await served.finish(50)
    await served[Symbol.asyncDispose]()
    expect(await answer).toMatchObject({ ok: false, failure: { code: 'unavailable' } })
  })

  it('does not wait where nobody is in', async () => {
    const served = await serveLocalSocket(createFakeApp(), join(folder, 'runtime', 'owner.sock'))
    await expect(served.finish(60_000)).resolves.toBeUndefined()
    await served[Symbol.asyncDispose]()
  })

  it('carries calls, failures and events as if the app were in this process', async () => {
    const { app, remote } = await serveAndConnect()
    const events: unknown[] = []
    remote.subscribe((event) => events.push(event))

    expect(await remote.dispatch('test.echo', { text: 'ÄÖ\u0000💡' })).toEqual({
      ok: true,
      value: { text: 'ÄÖ\u0000💡' },
    })
    expect(await remote.dispatch('test.echo', undefined)).toEqual({ ok: true, value: undefined })
    expect(await remote.dispatch('test.fail', {})).toEqual({
      ok: false,
      failure: { code: 'not-found', title: 'There is no such thing' },
    })
    app.announce({ kind: 'vm.changed', entry: fakeMachine('web', 'Web') })
    await vi.waitFor(() => expect(events).toEqual([{ kind: 'vm.changed', entry: fakeMachine('web', 'Web') }]))
  })

  it('cancels the call whose signal is aborted, and no other', async () => {
    const { app, remote } = await serveAndConnect()
    const controller = new AbortController()
    const cancelled = remote.dispatch('test.wait', {}, { signal: controller.signal })
    const other = remote.dispatch('test.wait', {})
    await vi.waitFor(() => expect(app.calls).toHaveLength(2))
    controller.abort()
    expect(await cancelled).toMatchObject({ ok: false, failure: { code: 'cancelled' } })
    app.finishWaiting('done')
    expect(await other).toEqual({ ok: true, value: 'done' })
  })

  it('carries console bytes undecoded and in order, both ways', async () => {
    const { app, remote } = await serveAndConnect()
    const { frames, console } = collect(remote)
    await vi.waitFor(() => expect(frames).toEqual([{ kind: 'attached', live: true, historyBytes: 0 }]))

    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index)
    app.consoles[0]?.emit({ kind: 'data', bytes, replay: true })
    app.consoles[0]?.emit({ kind: 'skipped', bytes: 12 })
    console.send({ kind: 'write', bytes: bytes.subarray(3, 9) })
    console.send({ kind: 'reply', bytes: bytes.subarray(0, 2) })
    console.send({ kind: 'ack', bytes: 1_000_000 })
    console.send({ kind: 'resize', cols: 132, rows: 43 })

    await vi.waitFor(() => expect(app.consoles[0]?.sent).toHaveLength(4))
    expect(
      app.consoles[0]?.sent.map((frame) => ('bytes' in frame && frame.kind !== 'ack' ? [...frame.bytes] : frame)),
    ).toEqual([[3, 4, 5, 6, 7, 8], [0, 1], { kind: 'ack', bytes: 1_000_000 }, { kind: 'resize', cols: 132, rows: 43 }])
    await vi.waitFor(() => expect(frames).toHaveLength(4))
    expect(frames.slice(1).map((frame) => (frame.kind === 'data' ? [frame.replay, ...frame.bytes] : frame))).toEqual([
      [true, ...bytes],
      { kind: 'skipped', bytes: 12 },
      [false, 3, 4, 5, 6, 7, 8],
    ])

    console.close()
    await vi.waitFor(() => expect(app.consoles[0]?.isOpen).toBe(false))
  })

  it('says why a console that does not exist is closed', async () => {
    const { remote } = await serveAndConnect()
    const frames: ConsoleFrame[] = []
    remote.openConsole({ kind: 'serial', vmId: 'nobody', port: 0 }, (frame) => frames.push(frame))
    await vi.waitFor(() => expect(frames).toEqual([{ kind: 'closed', reason: 'There is no such machine' }]))
  })

  it('ends what a client had open when it leaves, and lets its calls run on', async () => {
    const { app, remote } = await serveAndConnect()
    remote.subscribe(() => undefined)
    collect(remote)
    void remote.dispatch('test.wait', {})
    await vi.waitFor(() => expect([app.calls.length, app.consoles.length]).toEqual([1, 1]))
    await remote[Symbol.asyncDispose]()
    await vi.waitFor(() => expect([app.consoles[0]?.isOpen, app.subscribers]).toEqual([false, 0]))
  })

  it('fails calls and closes consoles when the owner ends, and tells once', async () => {
    const { served, remote, onLost } = await serveAndConnect()
    const { frames } = collect(remote)
    const call = remote.dispatch('test.wait', {})
    await vi.waitFor(() => expect(frames).toHaveLength(1))
    await served[Symbol.asyncDispose]()
    expect(await call).toMatchObject({ ok: false, failure: { code: 'unavailable' } })
    expect(frames.at(-1)).toMatchObject({ kind: 'closed' })
    expect(await remote.dispatch('vm.list', {})).toMatchObject({ ok: false, failure: { code: 'unavailable' } })
    await vi.waitFor(() => expect(onLost).toHaveBeenCalledTimes(1))
  })

  it('lets nobody but its user in, and replaces a socket that an owner left behind', async () => {
    const path = join(folder, 'runtime', 'owner.sock')
    const { served } = await serveAndConnect(path)
    expect([(await stat(path)).mode & 0o777, (await stat(join(folder, 'runtime'))).mode & 0o777]).toEqual([
      0o600, 0o700,
    ])
    await served[Symbol.asyncDispose]()
    await writeFile(path, 'left behind')
    const { remote } = await serveAndConnect(path)
    expect(await remote.dispatch('test.echo', 1)).toEqual({ ok: true, value: 1 })
  })

  it('works below a folder whose path is longer than a socket address, with blanks and colons', async () => {
    const { remote } = await serveAndConnect(join(folder, 'a: b%20'.repeat(20), 'owner.sock'))
    expect(await remote.dispatch('test.echo', 1)).toEqual({ ok: true, value: 1 })
  })

  it('drops a client that does not speak the protocol', async () => {
    const { path, remote } = await serveAndConnect()
    const messages = ['no JSON', '[]', '{"t":"call"}', '{"t":"open","channel":-1}', Buffer.from([1, 2, 3])]
    for (const message of messages) {
      const client = new WebSocket(`ws+unix://${path}:/`)
      await once(client, 'open')
      client.send(message)
      expect(await once(client, 'close')).toMatchObject([1008, expect.anything()])
    }
    expect(await remote.dispatch('test.echo', 1)).toEqual({ ok: true, value: 1 })
  })

  it('refuses more calls at once than a client may have', async () => {
    const { app, remote } = await serveAndConnect()
    const waiting = Array.from({ length: 256 }, () => remote.dispatch('test.wait', {}))
    expect(await remote.dispatch('test.echo', 1)).toMatchObject({ ok: false, failure: { code: 'conflict' } })
    app.finishWaiting('done')
    expect(await Promise.all(waiting)).toHaveLength(256)
  })
})

describe('connecting to an owner', () => {
  it('says that nobody is there', async () => {
    await expect(connectOwner(join(folder, 'owner.sock'), { timeoutMs })).rejects.toMatchObject({ kind: 'gone' })
  })

  it('gives up on an owner that hangs', async () => {
    const path = join(folder, 'owner.sock')
    const held: Socket[] = []
    const server = createServer((socket) => held.push(socket)).listen(path)
    await once(server, 'listening')
    ends.push(() => {
      held.forEach((socket) => socket.destroy())
      server.close()
    })
    await expect(connectOwner(path, { timeoutMs: 50 })).rejects.toMatchObject({ kind: 'not-answering' })
  })
})
