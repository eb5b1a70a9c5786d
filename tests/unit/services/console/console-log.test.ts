import { appendFile, mkdtemp, readFile, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { CONSOLE_LOG_MAX_BYTES, type ConsoleMarker } from '#contract/console'

import { createConsoleHub } from '../../../../main/services/console/console-hub.ts'
import { openConsoleLog } from '../../../../main/services/console/console-log.ts'
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
afterEach(() => rm(folder, { recursive: true }))

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
      const text = reopened.earlier.map((entry) => (entry.kind === 'bytes' ? Buffer.from(entry.bytes).toString() : '|'))
      await reopened.close()
      expect(text.join('')).toMatch(/def$/)
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
  expect(again.earlier.map(({ kind }) => kind)).toEqual(['bytes'])
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

test('output that comes faster than it can be written is left out and told', async () => {
  const log = await openConsoleLog({ path, now })
  const piece = Buffer.alloc(64 * 1024, 'x')
  for (let count = 0; count < 200; count += 1) log.append(piece)
  await log.close()
  const again = await openConsoleLog({ path, now })
  const gap = again.earlier.find((entry) => entry.kind === 'marker')
  expect(gap?.kind === 'marker' && gap.marker.text).toMatch(/^\d+ bytes were not recorded/)
  await again.close()
})
