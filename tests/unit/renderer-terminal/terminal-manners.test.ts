import { Terminal } from '@xterm/headless'
import { describe, expect, test, vi } from 'vitest'

import { CONSOLE_SILENT_AFTER_MS, type ConsoleMarker } from '#contract/console'
import { vmArchitectures } from '#contract/vm-spec'

import { createEscapeGuard } from '../../../renderer/terminal/escape-guard.ts'
import { createGlyphPacer } from '../../../renderer/terminal/glyph-pacer.ts'
import { plainTitle } from '../../../renderer/terminal/osc-rules.ts'
import { pasteText } from '../../../renderer/terminal/paste-text.ts'
import { silenceCauses } from '../../../renderer/terminal/silent-console.ts'
import { terminalShortcut } from '../../../renderer/terminal/terminal-keys.ts'
import { markerText } from '../../../renderer/terminal/terminal-notices.ts'
import { hostileSequences } from '../../fixtures/hostile-terminal/hostile-sequences.ts'

describe('paste', () => {
  test.each([
    ['one line', 'ls -l', { text: 'ls -l', severalLines: false }],
    ['a line with its end', 'ls\n', { text: 'ls\n', severalLines: true }],
    ['an end of bracketed paste', 'a\x1b[201~rm -rf\x03', { text: 'a[201~rm -rf', severalLines: false }],
    ['tabs', 'a\tb', { text: 'a\tb', severalLines: false }],
  ])('of %s', (_, clipboard, expected) => {
    expect(pasteText(clipboard)).toEqual(expected)
  })
})

describe('keys', () => {
  const key = (code: string, held: string, name = '') => ({
    code,
    key: name,
    ctrlKey: held.includes('C'),
    shiftKey: held.includes('S'),
    altKey: held.includes('A'),
    metaKey: held.includes('M'),
  })
  test.each([
    ['copies', key('KeyC', 'CS'), 'copy'],
    ['searches', key('KeyF', 'CS'), 'search'],
    ['leaves', key('Tab', 'S', 'Tab'), 'native'],
    ['enlarges', key('Equal', 'CS'), 'larger'],
  ])('%s', (_, event, shortcut) => {
    expect(terminalShortcut(event)).toBe(shortcut)
  })

  test('every plain Ctrl+letter and Tab belong to the guest', () => {
    const letters = Array.from({ length: 26 }, (_, index) => key(`Key${String.fromCharCode(65 + index)}`, 'C'))
    const taken = [...letters, key('Tab', '', 'Tab'), key('KeyC', 'CSA')].filter(terminalShortcut)
    expect(taken).toEqual([])
  })
})

test('a title is cut, without control characters and none that turn direction', () => {
  expect(plainTitle(`\u202ea\u0007\u009bb${'🙂'.repeat(300)}`)).toBe(`ab${'🙂'.repeat(254)}`)
})

test('a marker is one line whatever its text', () => {
  const marker: ConsoleMarker = { kind: 'gap', at: '2026-01-02T03:04:05Z', text: 'a\r\n\x1b[31mb' }
  expect(markerText(marker)).toMatch(/^Gap · .* · a\[31mb$/)
})

test('the silence of each architecture is explained with its own console name', () => {
  const commands = vmArchitectures.map((architecture) => silenceCauses(architecture)[0]?.command)
  expect(commands).toEqual([
    'console=ttyS0,115200',
    'console=ttyS0,115200',
    'console=ttyAMA0,115200',
    'console=ttyAMA0,115200',
    'console=ttyS0,115200',
    'console=hvc0',
    'console=ttysclp0',
  ])
})

describe('silence', () => {
  test('is told after its time since power-on, and ends with the first byte', async () => {
    vi.useFakeTimers()
    vi.stubGlobal('window', globalThis)
    const { createSilenceWatch } = await import('../../../renderer/terminal/silence-watch.ts')
    const told: boolean[] = []
    const watch = createSilenceWatch(Date.now, (silent) => void told.push(silent))
    watch.marker({ kind: 'power-on', at: new Date().toISOString(), text: '' })
    vi.advanceTimersByTime(CONSOLE_SILENT_AFTER_MS - 1)
    expect(told).toEqual([])
    vi.advanceTimersByTime(1)
    watch.output()
    expect(told).toEqual([true, false])
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })
})

describe('new characters', () => {
  const many = Buffer.from(Array.from({ length: 500 }, (_, index) => String.fromCharCode(0x4e00 + index)).join(''))

  test('come some at a time, and known ones freely', () => {
    const pacer = createGlyphPacer()
    let at = 0
    let frames = 0
    for (let now = 0; at < many.length; now += 17, frames += 1) at += pacer.allowance(many.subarray(at), now)
    expect(frames).toBe(4)
    expect(pacer.allowance(many, 1000)).toBe(many.length)
  })

  test('plain ASCII is never held back', () => {
    expect(createGlyphPacer().allowance(Buffer.alloc(8192, 'x'), 0)).toBe(8192)
  })
})

test('xterm itself answers nothing but what the session answers in its place, over the whole corpus', async () => {
  const terminal = new Terminal({ allowProposedApi: true, cols: 80, rows: 24, logLevel: 'off' })
  const answers: string[] = []
  terminal.onData((data) => void answers.push(data))
  const guard = createEscapeGuard()
  for (const { bytes } of hostileSequences()) {
    for (const slice of guard.filter(bytes.subarray(0, 4000))) terminal.write(slice)
    guard.reset()
    await new Promise<void>((resolve) => terminal.write('\x18\x1bc', resolve))
  }
  // oxlint-disable-next-line no-control-regex -- answers begin with ESC
  expect(answers.filter((answer) => !/^\x1b\[[?>]?[\d;]*[cnR]$/.test(answer))).toEqual([])
}, 60_000)
