import { describe, expect, it, vi } from 'vitest'

import { openQmp, QmpConnectionError, QmpError, type QmpEvent } from '../../../../main/services/qemu/qmp-client.ts'
import { type FakeChannel, fakeChannel } from '../../../fakes/fake-channel.ts'

const GREETING =
  '{"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7}, "package": ""}, "capabilities": ["oob"]}}\r\n'

/** A monitor that answers every command by `answer`, after the greeting. */
function monitor(answer: (command: string, id: number) => string) {
  return fakeChannel((text, channel) => {
    const { execute, id } = JSON.parse(text)
    channel.receive(`${answer(execute, id)}\r\n`)
  })
}
const ok = (_: string, id: number) => JSON.stringify({ return: {}, id })

async function opened(channel: FakeChannel) {
  const client = openQmp(channel)
  channel.receive(GREETING)
  return await client
}

describe('QMP client', () => {
  it('leaves negotiation mode and matches answers to commands', async () => {
    const channel = monitor((command, id) => JSON.stringify({ return: { command }, id }))
    const qmp = await opened(channel)
    expect(await qmp.execute('query-status')).toEqual({ command: 'query-status' })
    expect(channel.written.map((text) => JSON.parse(text).execute)).toEqual(['qmp_capabilities', 'query-status'])
  })

  it('reads messages that arrive in pieces, and several at once', async () => {
    const channel = monitor(ok)
    const qmp = await opened(channel)
    const events: QmpEvent[] = []
    qmp.onEvent((event) => events.push(event))
    const text = ['STOP', 'RESUME']
      .map((event) => `{"event": "${event}", "timestamp": {"seconds": 1, "microseconds": 2}}\n`)
      .join('')
    for (const char of text) channel.receive(char)
    expect(events.map((event) => event.name)).toEqual(['STOP', 'RESUME'])
  })

  it('gives QEMU’s own words when it refuses', async () => {
    const channel = monitor((command, id) =>
      command === 'cont' ? JSON.stringify({ error: { class: 'GenericError', desc: 'not now' }, id }) : ok(command, id),
    )
    const qmp = await opened(channel)
    await expect(qmp.execute('cont')).rejects.toThrow(new QmpError('cont', 'GenericError', 'not now'))
  })

  it('tells silence from the end', async () => {
    vi.useFakeTimers()
    try {
      const silent = openQmp(fakeChannel(), 1_000)
      await Promise.all([expect(silent).rejects.toMatchObject({ kind: 'silent' }), vi.advanceTimersByTimeAsync(1_000)])
    } finally {
      vi.useRealTimers()
    }
    const channel = fakeChannel()
    const cut = openQmp(channel)
    channel.end('gone')
    await expect(cut).rejects.toMatchObject({ kind: 'closed', message: 'gone' })
  })

  it('ends the connection when the other side does not speak QMP', async () => {
    const channel = fakeChannel()
    const babble = openQmp(channel)
    channel.receive('HTTP/1.1 400 Bad Request\r\n')
    await expect(babble).rejects.toBeInstanceOf(QmpConnectionError)
    expect(channel.isClosed).toBe(true)
  })

  it('does not gather an endless line', async () => {
    const channel = fakeChannel()
    const endless = openQmp(channel)
    const piece = 'x'.repeat(1024 * 1024)
    for (let count = 0; count < 9; count++) channel.receive(piece)
    await expect(endless).rejects.toMatchObject({ kind: 'babble' })
  })

  it('fails everything under way when the monitor closes', async () => {
    const channel = fakeChannel((text, self) => {
      const { execute, id } = JSON.parse(text)
      if (execute === 'qmp_capabilities') self.receive(`${ok(execute, id)}\r\n`)
      else self.end('QEMU ended')
    })
    const qmp = await opened(channel)
    const closed = vi.fn()
    qmp.onClose(closed)
    await expect(qmp.execute('quit')).rejects.toMatchObject({ kind: 'closed' })
    expect(closed).toHaveBeenCalledExactlyOnceWith('QEMU ended')
  })
})
