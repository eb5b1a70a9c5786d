import type { ApiEvent } from '#contract/api'
import type { ConsoleFrame } from '#contract/console'
import { describe, expect, it } from 'vitest'

import { IpcServer, type WindowEnd } from '../../../../main/shells/electron/ipc-server.ts'
import { LastingApp } from '../../../../main/shells/electron/lasting-app.ts'
import { createFakeApp, fakeMachine } from '../../../fakes/fake-app.ts'

const target = { kind: 'serial', vmId: 'starter', port: 0 }

async function openServer() {
  const app = createFakeApp()
  return { app, server: new IpcServer(await LastingApp.open(() => Promise.resolve(app))) }
}

function fakeWindow(id: number) {
  const events: ApiEvent[] = []
  const frames: (readonly [number, ConsoleFrame])[] = []
  const end: WindowEnd = {
    id,
    event: (event) => events.push(event),
    connection: () => undefined,
    frame: (channel, frame) => frames.push([channel, frame]),
  }
  return { end, events, frames }
}

describe('the messages of a window', () => {
  it('reach the app, and its answers and events come back', async () => {
    const { app, server } = await openServer()
    const { end, events } = fakeWindow(1)
    const detach = server.attach(end)
    expect(await server.call(end, ['test.echo', { a: 1 }, 'c1'])).toEqual({ ok: true, value: { a: 1 } })
    const event = { kind: 'vm.changed', entry: fakeMachine('web', 'Web') } as const
    app.announce(event)
    detach()
    app.announce(event)
    expect(events).toEqual([event])
  })

  it('are refused when they do not fit', async () => {
    const { app, server } = await openServer()
    const { end, frames } = fakeWindow(1)
    for (const args of [
      [],
      ['vm.list'],
      [1, {}, 'c'],
      ['vm.list', {}, ''],
      ['x'.repeat(65), {}, 'c'],
      ['a', {}, 'c', 1],
    ]) {
      expect(await server.call(end, args)).toMatchObject({ ok: false, failure: { code: 'bad-request' } })
    }
    server.openConsole(end, [-1, target])
    server.openConsole(end, [1, { kind: 'serial', vmId: '../starter', port: 0 }])
    server.openConsole(end, [1, target])
    for (const frame of [
      null,
      { kind: 'write', bytes: 'text' },
      { kind: 'resize', cols: 0, rows: 1 },
      { kind: 'ack', bytes: -1 },
    ]) {
      server.sendConsole(end, [1, frame])
    }
    server.sendConsole(end, [2, { kind: 'ack', bytes: 1 }])
    expect([app.calls.length, app.consoles.length, app.consoles[0]?.sent, frames.length]).toEqual([0, 1, [], 1])
  })

  it('cancel only calls of their own window', async () => {
    const { server } = await openServer()
    const [one, other] = [fakeWindow(1), fakeWindow(2)]
    const calls = [server.call(one.end, ['test.wait', {}, 'c1']), server.call(other.end, ['test.wait', {}, 'c1'])]
    server.cancel(one.end, ['c1'])
    expect(await Promise.race(calls)).toMatchObject({ ok: false, failure: { code: 'cancelled' } })
    expect(await Promise.race([calls[1], Promise.resolve('under way')])).toBe('under way')
  })

  it('carry console bytes, each frame with memory of its own', async () => {
    const { app, server } = await openServer()
    const { end, frames } = fakeWindow(1)
    server.openConsole(end, [7, target])
    const history = new Uint8Array(1_000_000).fill(65)
    app.consoles[0]?.emit({ kind: 'data', bytes: history.subarray(10, 14), replay: true })
    server.sendConsole(end, [7, { kind: 'write', bytes: Uint8Array.of(1, 2) }])
    const data = frames.flatMap(([, frame]) => (frame.kind === 'data' ? [frame.bytes] : []))
    expect(data.map((bytes) => [...bytes])).toEqual([
      [65, 65, 65, 65],
      [1, 2],
    ])
    expect(data.every((bytes) => bytes.buffer.byteLength === bytes.byteLength)).toBe(true)
  })

  it('end with the window: its consoles close, those of another stay', async () => {
    const { app, server } = await openServer()
    const [one, other] = [fakeWindow(1), fakeWindow(11)]
    server.openConsole(one.end, [1, target])
    server.openConsole(other.end, [1, target])
    server.closeConsoles(one.end)
    expect(app.consoles.map(({ isOpen }) => isOpen)).toEqual([false, true])
    server.closeConsole(other.end, [1])
    expect(app.consoles.map(({ isOpen }) => isOpen)).toEqual([false, false])
  })
})
