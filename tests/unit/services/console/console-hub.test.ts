import { setImmediate as nextRound } from 'node:timers/promises'

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { CONSOLE_HISTORY_BYTES, CONSOLE_VIEWER_WINDOW_BYTES, type ConsoleMarker } from '#contract/console'

import { createConsoleHub } from '../../../../main/services/console/console-hub.ts'
import { createFakeChannel } from './fake-channel.ts'
import { watchHub } from './viewer-probe.ts'

const at = '2026-01-02T03:04:05.000Z'
const on: ConsoleMarker = { kind: 'power-on', at, text: '' }
const off: ConsoleMarker = { kind: 'power-off', at, text: '' }
const encoder = new TextEncoder()

let clock = 0
/** A clock that is always one round later, so that nothing waits to be gathered. */
const now = () => new Date((clock += 10))

function started(flow: 'drain' | 'pause' = 'drain') {
  const hub = createConsoleHub({ log: undefined, now, flow })
  const channel = createFakeChannel()
  hub.attach(channel, on)
  return { hub, channel }
}

beforeEach(() => {
  clock = 0
})
afterEach(() => {
  vi.useRealTimers()
})

describe('order', () => {
  test('attached, history with its markers, then live output', async () => {
    const { hub, channel } = started()
    channel.emit('before ')
    await nextRound()
    const viewer = watchHub(hub)
    channel.emit('after')
    await nextRound()
    expect(viewer.story).toEqual(['attached live 7', 'replay-marker power-on', 'replay before ', 'data after'])
  })

  test('a marker stands between the bytes of two runs, and idle after the last one', async () => {
    const { hub, channel } = started()
    const viewer = watchHub(hub)
    channel.emit('first')
    hub.detach(off, 'Powered off.')
    channel.emit(' last words')
    channel.end('gone')
    const second = createFakeChannel()
    hub.attach(second, on)
    second.emit('second')
    await nextRound()
    expect(viewer.story).toEqual([
      'attached live 0',
      'replay-marker power-on',
      'data first last words',
      'marker power-off',
      'idle Powered off.',
      'marker power-on',
      'data second',
    ])
  })

  test('a viewer that comes while nothing runs gets the history and then idle', () => {
    const { hub, channel } = started()
    channel.emit('bye')
    channel.end('gone')
    hub.detach(off, 'Powered off.')
    expect(watchHub(hub).story).toEqual([
      'attached idle 3',
      'replay-marker power-on',
      'replay bye',
      'replay-marker power-off',
      'idle Powered off.',
    ])
  })

  test('a channel that never ends is let go after its time for last bytes', () => {
    vi.useFakeTimers()
    const { hub, channel } = started()
    const viewer = watchHub(hub)
    hub.detach(off, 'Powered off.')
    expect(channel.closed).toBe(false)
    vi.advanceTimersByTime(1000)
    expect(channel.closed).toBe(true)
    expect(viewer.story.slice(-2)).toEqual(['marker power-off', 'idle Powered off.'])
  })

  test('closing tells everybody after the last byte', async () => {
    const { hub, channel } = started()
    const viewer = watchHub(hub)
    channel.emit('end')
    await hub.close('The machine was deleted.')
    expect(viewer.story.slice(-2)).toEqual(['data end', 'closed The machine was deleted.'])
  })
})

describe('a viewer that does not keep up', () => {
  test('never gets more than its window, and the source is drained all the same', async () => {
    const { hub, channel } = started()
    const viewer = watchHub(hub)
    await flood(channel, 5_000_000)
    expect(viewer.receivedBytes).toBe(CONSOLE_VIEWER_WINDOW_BYTES)
    expect(channel.paused).toBe(false)
  })

  test('goes on at the beginning of a line, and what it got and skipped is everything', async () => {
    const { hub, channel } = started()
    const viewer = watchHub(hub)
    await flood(channel, 5_000_000)
    while (viewer.acknowledge() > 0) await nextRound()
    expect(viewer.receivedBytes + viewer.skippedBytes).toBe(5_000_000)
    expect(viewer.skippedBytes).toBeGreaterThan(2_000_000)
    const after = viewer.frames[viewer.frames.findIndex(({ kind }) => kind === 'skipped') + 1]
    expect(after?.kind === 'data' && Buffer.from(after.bytes.subarray(0, 10)).toString()).toMatch(/^line \d+/)
  })

  test('accounts for every byte whatever it acknowledges and when', async () => {
    const { hub, channel } = started()
    const viewer = watchHub(hub)
    let produced = 0
    for (let round = 0; round < 60; round += 1) {
      const size = (round * 7919) % 400_000
      produced += size
      await flood(channel, size)
      if (round % 3 === 0) viewer.acknowledge()
    }
    while (viewer.acknowledge() > 0) await nextRound()
    expect(viewer.receivedBytes + viewer.skippedBytes).toBe(produced)
  })

  test('delays no other viewer', async () => {
    const { hub, channel } = started()
    watchHub(hub)
    const quick = watchHub(hub)
    for (let round = 0; round < 40; round += 1) {
      await flood(channel, 100_000)
      quick.acknowledge()
    }
    expect([quick.receivedBytes, quick.skippedBytes]).toEqual([4_000_000, 0])
  })
})

describe('history', () => {
  test('keeps the newest mebibyte, from the beginning of a line', async () => {
    const { hub, channel } = started()
    await flood(channel, 3_000_000)
    const viewer = watchHub(hub)
    expect(viewer.receivedBytes).toBeLessThanOrEqual(CONSOLE_HISTORY_BYTES)
    expect(viewer.receivedBytes).toBeGreaterThan(CONSOLE_HISTORY_BYTES - 4096)
    expect(viewer.story.slice(1, 3).map((part) => part.slice(0, 12))).toEqual(['replay-marke', 'replay line '])
  })
})

describe('a source that may wait', () => {
  test('is paused while the slowest viewer is full, and nobody skips', async () => {
    const { hub, channel } = started('pause')
    const slow = watchHub(hub)
    let produced = 0
    while (!channel.paused) {
      await flood(channel, 64_000)
      produced += 64_000
    }
    expect(produced).toBeLessThan(2 * CONSOLE_VIEWER_WINDOW_BYTES)
    slow.acknowledge()
    expect(channel.paused).toBe(false)
    while (slow.acknowledge() > 0) await nextRound()
    expect([slow.receivedBytes, slow.skippedBytes]).toEqual([produced, 0])
  })

  test('goes on when the slow viewer leaves', async () => {
    const { hub, channel } = started('pause')
    const slow = watchHub(hub)
    while (!channel.paused) await flood(channel, 64_000)
    slow.handle.close()
    expect(channel.paused).toBe(false)
  })
})

describe('input', () => {
  test('waits in order while the guest does not read, and what is too much is told', () => {
    const { hub, channel } = started()
    const viewer = watchHub(hub)
    channel.room = 1
    for (const text of ['a', 'b', 'c']) viewer.handle.send({ kind: 'write', bytes: encoder.encode(text) })
    viewer.handle.send({ kind: 'write', bytes: new Uint8Array(2_000_000) })
    expect(channel.written).toEqual(['a'])
    channel.room = 10
    channel.drain()
    expect(channel.written).toEqual(['a', 'b', 'c'])
    expect(viewer.story.at(-1)).toBe('input-dropped 2000000')
  })

  test('is told as dropped when nothing runs', () => {
    const hub = createConsoleHub({ log: undefined, now, flow: 'drain' })
    const viewer = watchHub(hub)
    viewer.handle.send({ kind: 'write', bytes: encoder.encode('x') })
    expect(viewer.story.at(-1)).toBe('input-dropped 1')
  })

  test('answers of one viewer only: the first, then the one that typed last', () => {
    const { hub, channel } = started()
    const [first, second] = [watchHub(hub), watchHub(hub)]
    const answer = (viewer: typeof first, text: string) =>
      viewer.handle.send({ kind: 'reply', bytes: encoder.encode(text) })
    answer(first, 'A')
    answer(second, 'B')
    second.handle.send({ kind: 'write', bytes: encoder.encode('typed') })
    answer(first, 'C')
    answer(second, 'D')
    second.handle.close()
    answer(first, 'E')
    expect(channel.written).toEqual(['A', 'typed', 'D', 'E'])
  })

  test('answers are capped in size and rate', () => {
    const still = new Date(0)
    const hub = createConsoleHub({ log: undefined, now: () => still, flow: 'drain' })
    const channel = createFakeChannel()
    hub.attach(channel, on)
    const viewer = watchHub(hub)
    viewer.handle.send({ kind: 'reply', bytes: new Uint8Array(65) })
    for (let count = 0; count < 10_000; count += 1) viewer.handle.send({ kind: 'reply', bytes: new Uint8Array(8) })
    expect(channel.written.join('').length).toBe(4096)
  })

  test('a size is told to the channel, also to the next one; an impossible one is not', () => {
    const { hub, channel } = started()
    const viewer = watchHub(hub)
    viewer.handle.send({ kind: 'resize', cols: 100, rows: 30 })
    viewer.handle.send({ kind: 'resize', cols: 0, rows: Number.NaN })
    const next = createFakeChannel()
    hub.attach(next, on)
    expect([channel.sizes, next.sizes]).toEqual([['100x30'], ['100x30']])
  })
})

test('small pieces are gathered into few frames', async () => {
  vi.useFakeTimers()
  const hub = createConsoleHub({ log: undefined, now: () => new Date(), flow: 'drain' })
  const channel = createFakeChannel()
  hub.attach(channel, on)
  const viewer = watchHub(hub)
  for (let count = 0; count < 1000; count += 1) {
    channel.emit('x')
    await vi.advanceTimersByTimeAsync(0.1)
  }
  await vi.advanceTimersByTimeAsync(10)
  expect(viewer.receivedBytes).toBe(1000)
  expect(viewer.frames.length).toBeLessThan(60)
})

test('a few bytes after a flood reach a viewer that had lost output', async () => {
  vi.useFakeTimers()
  const hub = createConsoleHub({ log: undefined, now: () => new Date(), flow: 'drain' })
  const channel = createFakeChannel()
  hub.attach(channel, on)
  const viewer = watchHub(hub)
  for (let piece = 0; piece < 60; piece += 1) {
    channel.emit(Buffer.from('a line of a flood\r\n'.repeat(3000)))
    await vi.advanceTimersByTimeAsync(1)
  }
  for (let round = 0; round < 10; round += 1) {
    viewer.acknowledge()
    await vi.advanceTimersByTimeAsync(300)
  }
  expect(viewer.skippedBytes).toBeGreaterThan(0)
  channel.emit('echo')
  await vi.advanceTimersByTimeAsync(300)
  expect(viewer.story.at(-1)).toMatch(/echo$/)
})

let line = 0
async function flood(channel: ReturnType<typeof createFakeChannel>, bytes: number): Promise<void> {
  for (let left = bytes; left > 0;) {
    const piece = Buffer.from(`line ${(line += 1)}\r\n`.repeat(4000)).subarray(0, Math.min(left, 60_000))
    left -= piece.length
    channel.emit(piece)
    await nextRound()
  }
}
