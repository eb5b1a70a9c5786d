import { appendFile, mkdir, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextRound } from 'node:timers/promises'

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { CONSOLE_HISTORY_BYTES, CONSOLE_LOG_MAX_BYTES, type ConsoleMarker } from '#contract/console'

import { createConsoleHub } from '../../../../main/services/console/console-hub.ts'
import { openConsoleLog, type ConsoleLog } from '../../../../main/services/console/console-log.ts'
import { createFakeChannel } from './fake-channel.ts'
import { watchHub } from './viewer-probe.ts'

const at = '2026-01-02T03:04:05.000Z'
const on: ConsoleMarker = { kind: 'power-on', at, text: 'started' }
const off: ConsoleMarker = { kind: 'power-off', at, text: 'ended' }
const now = () => new Date(at)
let folder = ''
let path = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'petri-console-'))
  path = join(folder, 'serial0.log')
})
afterEach(async () => {
  vi.useRealTimers()
  await rm(folder, { recursive: true, force: true })
})

describe('after a restart of the owner', () => {
  test('history and markers are where they were, and the gap is told', async () => {
    const hub = createConsoleHub({ log: await openConsoleLog({ path, now }), now, flow: 'drain' })
    const channel = createFakeChannel()
    hub.attach(channel, on)
    channel.emit('one ')
    channel.emit('two')
    await hub.close('over')

    const again = createConsoleHub({ log: await openConsoleLog({ path, now }), now, flow: 'drain' })
    expect(watchHub(again).story).toEqual([
      'attached idle 7',
      'replay-marker power-on',
      'replay one two',
      'replay-marker gap',
      'idle Not running.',
    ])
    await again.close('over')
  })

  test('there is no gap after a power-off', async () => {
    const log = await openConsoleLog({ path, now })
    log.mark(on)
    log.mark(off)
    await log.close()
    const hub = createConsoleHub({ log: await openConsoleLog({ path, now }), now, flow: 'drain' })
    expect(watchHub(hub).story.slice(1, 3)).toEqual(['replay-marker power-on', 'replay-marker power-off'])
    await hub.close('over')
  })

  test('a log cut at any byte is read, and goes on', async () => {
    const log = await openConsoleLog({ path, now })
    log.append(Buffer.from('abc'))
    log.mark(on)
    await log.close()
    const whole = await readFile(path)
    for (let length = whole.length; length >= 0; length -= 1) {
      await truncate(path, length)
      const cut = await openConsoleLog({ path, now })
      cut.append(Buffer.from('def'))
      await cut.close()
      const reopened = await openConsoleLog({ path, now })
      expect(recorded(reopened)).toMatch(/def$/)
      await reopened.close()
      await rm(path)
      await appendFile(path, whole.subarray(0, length))
    }
  })
})

test('a guest cannot forge a marker', async () => {
  const log = await openConsoleLog({ path, now })
  log.append(Buffer.from(`\x1b_petri-mark ${'0'.repeat(32)} ${JSON.stringify(on)}\x1b\\`))
  await log.close()
  const again = await openConsoleLog({ path, now })
  expect(again.history.lastMarker).toBeUndefined()
  expect(recorded(again)).toContain('petri-mark')
  await again.close()
})

test('the log is readable text with its markers as lines', async () => {
  const log = await openConsoleLog({ path, now })
  log.mark(on)
  log.append(Buffer.from('hello\r\n'))
  const { bytes } = await log.tail(1000)
  expect(Buffer.from(bytes).toString()).toBe(`\r\n--- ${at} power-on: started ---\r\nhello\r\n`)
  await log.close()
})

test('both files together never pass the cap, and hold the newest output', async () => {
  const log = await openConsoleLog({ path, now })
  const piece = Buffer.alloc(1024 * 1024, 'x')
  for (let count = 0; count < 40; count += 1) {
    log.append(piece)
    await log.tail(1)
  }
  log.append(Buffer.from('newest'))
  const { bytes } = await log.tail(6)
  expect(Buffer.from(bytes).toString()).toBe('newest')
  const total = (await stat(path)).size + (await stat(`${path}.old`)).size
  expect(total).toBeLessThanOrEqual(CONSOLE_LOG_MAX_BYTES)
  expect(total).toBeGreaterThan(CONSOLE_LOG_MAX_BYTES / 2)
  await log.close()
})

test('output that comes faster than it can be written is left out and told, and the newest is kept', async () => {
  const log = await openConsoleLog({ path, now })
  const piece = Buffer.alloc(64 * 1024, 'x')
  for (let count = 0; count < 200; count += 1) log.append(piece)
  log.append(Buffer.from('newest'))
  await log.close()
  const written = await readFile(path)
  expect(told(written)).toBe(200 * 64 * 1024 + 6 - CONSOLE_HISTORY_BYTES)
  expect(written.subarray(-6).toString()).toBe('newest')
})

test('between two writes a flood is not recorded, however fast the disk is', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const log = await openConsoleLog({ path, now })
  const header = (await stat(path)).size
  const piece = Buffer.alloc(64 * 1024, 'x')
  for (let count = 0; count < 100; count += 1) {
    log.append(piece)
    // As a socket delivers: other work may run between two pieces.
    await nextRound()
  }
  expect((await stat(path)).size).toBe(header)
  vi.runOnlyPendingTimers()
  await log.close()
  expect(told(await readFile(path))).toBe(100 * piece.length - CONSOLE_HISTORY_BYTES)
})

test('output that could not be written is told when it can be again, and the console goes on', async () => {
  const log = await openConsoleLog({ path, now })
  const piece = Buffer.alloc(CONSOLE_HISTORY_BYTES, 'x')
  await rm(folder, { recursive: true })
  // The open file still takes output; the next generation has no folder to be made in.
  for (let bytes = 0; bytes < CONSOLE_LOG_MAX_BYTES; bytes += piece.length) {
    log.append(piece)
    await log.tail(1)
  }
  await mkdir(folder)
  await writeFile(path, '')
  log.append(piece)
  log.append(Buffer.from('again'))
  await log.close()
  const written = await readFile(path)
  expect(told(written)).toBeGreaterThan(CONSOLE_LOG_MAX_BYTES / 2)
  expect(written.subarray(-5).toString()).toBe('again')
  expect(recorded(log)).toMatch(/xagain$/)
})

function recorded({ history: { ring } }: ConsoleLog): string {
  return Buffer.from(ring.read(ring.start, ring.end)).toString()
}

/** How many bytes the gap markers in a log say are missing. */
function told(written: Buffer): number {
  const counts = [...written.toString('latin1').matchAll(/(\d+) bytes were not recorded/g)]
  return counts.reduce((sum, [, count]) => sum + Number(count), 0)
}
