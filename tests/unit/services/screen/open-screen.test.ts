import { setImmediate as turn } from 'node:timers/promises'

import { CONSOLE_FRAME_BYTES, CONSOLE_VIEWER_WINDOW_BYTES, type ConsoleFrame } from '#contract/console'
import { describe, expect, it } from 'vitest'

import { openScreen } from '../../../../main/services/screen/open-screen.ts'
import { createFakeChannel } from '../console/fake-channel.ts'

async function screen() {
  const channel = createFakeChannel()
  const frames: ConsoleFrame[] = []
  const handle = openScreen(
    () => Promise.resolve(channel),
    (frame) => frames.push(frame),
  )
  await turn()
  const received = () => frames.reduce((sum, frame) => sum + (frame.kind === 'data' ? frame.bytes.byteLength : 0), 0)
  return { channel, frames, handle, received }
}

describe('a viewer of a screen', () => {
  it('gets the bytes as they are, in frames of bounded size', async () => {
    const { channel, frames, received } = await screen()
    channel.emit(new Uint8Array(3 * CONSOLE_FRAME_BYTES + 5))
    expect(frames[0]).toEqual({ kind: 'attached', live: true, historyBytes: 0 })
    expect(received()).toBe(3 * CONSOLE_FRAME_BYTES + 5)
    for (const frame of frames)
      if (frame.kind === 'data') expect(frame.bytes.byteLength).toBeLessThanOrEqual(CONSOLE_FRAME_BYTES)
  })

  it('that acknowledges nothing holds its own connection back, and lets it go on later', async () => {
    const { channel, handle } = await screen()
    channel.emit(new Uint8Array(CONSOLE_VIEWER_WINDOW_BYTES - 1))
    expect(channel.paused).toBe(false)
    channel.emit(new Uint8Array(1))
    expect(channel.paused).toBe(true)
    handle.send({ kind: 'ack', bytes: 10 })
    expect(channel.paused).toBe(true)
    handle.send({ kind: 'ack', bytes: CONSOLE_VIEWER_WINDOW_BYTES / 2 })
    expect(channel.paused).toBe(false)
  })

  it('that sends more than the machine takes is cut off with the reason', async () => {
    const { channel, frames, handle } = await screen()
    channel.room = 1
    for (let sent = 0; sent < 20; sent++) handle.send({ kind: 'write', bytes: new Uint8Array(64 * 1024) })
    expect(frames.at(-1)).toEqual({ kind: 'closed', reason: 'The machine does not take any input.' })
    expect(channel.closed).toBe(true)
  })

  it('hears once why it is over', async () => {
    const { channel, frames, handle } = await screen()
    channel.end('gone')
    channel.end('gone again')
    handle.send({ kind: 'write', bytes: new Uint8Array(1) })
    expect(frames.slice(1)).toEqual([{ kind: 'closed', reason: 'gone' }])
    expect(channel.written).toEqual([])
  })

  it('hears why there is no picture, unless it has left', async () => {
    const frames: ConsoleFrame[] = []
    const connect = () => Promise.reject(new Error('web has no screen.'))
    openScreen(connect, (frame) => frames.push(frame))
    openScreen(connect, () => frames.push({ kind: 'skipped', bytes: 1 })).close()
    await turn()
    expect(frames).toEqual([{ kind: 'closed', reason: 'web has no screen.' }])
  })

  it('that leaves while it is being connected leaves no connection behind', async () => {
    const channel = createFakeChannel()
    const frames: ConsoleFrame[] = []
    openScreen(
      () => Promise.resolve(channel),
      (frame) => frames.push(frame),
    ).close()
    await turn()
    expect([channel.closed, frames]).toEqual([true, []])
  })
})
