import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { createEscapeGuard } from '../../../renderer/terminal/escape-guard.ts'

function guarded(...pieces: readonly (string | Uint8Array)[]): string {
  const guard = createEscapeGuard()
  return Buffer.concat(
    pieces.flatMap((piece) => guard.filter(typeof piece === 'string' ? Buffer.from(piece) : piece)),
  ).toString('utf8')
}

describe('escape guard', () => {
  test.each([
    ['plain text', 'hello\r\n', 'hello\r\n'],
    ['UTF-8 whose bytes look like C1 controls', 'кириллица £ é 中文 🙂', 'кириллица £ é 中文 🙂'],
    [
      'colours',
      '\x1b[1;31mred\x1b[0m \x1b[38;2;1;2;3mx \x1b[4:3mu',
      '\x1b[1;31mred\x1b[0m \x1b[38;2;1;2;3mx \x1b[4:3mu',
    ],
    ['cursor and screen', '\x1b[2J\x1b[H\x1b[?1049h\x1b[?25l\x1b(0', '\x1b[2J\x1b[H\x1b[?1049h\x1b[?25l\x1b(0'],
    ['a cursor position query', '\x1b[6n', '\x1b[6n'],
    [
      'a web link',
      '\x1b]8;id=a;https://example.org/\x07x\x1b]8;;\x07',
      '\x1b]8;id=a;https://example.org/\x1b\\x\x1b]8;;\x1b\\',
    ],
  ])('lets %s through', (_, input, output) => {
    expect(guarded(input)).toBe(output)
  })

  test.each([
    ['repetition', '\x1b[2147483647b', '\x1b[1000b'],
    ['scrolling', '\x1b[99999999999999999999S', '\x1b[500S'],
    ['a colour with a hundred parameters', `\x1b[${'1;'.repeat(100)}m`, `\x1b[${'1;'.repeat(31)}1m`],
    ['piles of marks', `a${'\u0301'.repeat(500)}b\u0301`, `a${'\u0301'.repeat(4)}b\u0301`],
    ['a title', `\x1b]0;${'a'.repeat(300)}\u202e\x07`, `\x1b]2;${'a'.repeat(256)}\x07`],
  ])('cuts %s', (_, input, output) => {
    expect(guarded(input)).toBe(output)
  })

  test.each([
    ['clipboard', '\x1b]52;c;aGVsbG8=\x07'],
    ['title report', '\x1b[21t'],
    ['window resize', '\x1b[8;500;500t'],
    ['DECRQSS', '\x1bP$qm\x1b\\'],
    ['DECRQM', '\x1b[?2004$p'],
    ['colour query', '\x1b]11;?\x1b\\'],
    ['APC', '\x1b_secret\x1b\\'],
    ['C1 control', '\u009b'],
    ['sequence that is too long', `\x1b[${'1'.repeat(300)}m`],
    ['turn of direction', '\u202e\u2066\u200f'],
    ['soft hyphen and joiners', '\u00ad\u200b\u2060'],
    ['132 columns', '\x1b[?3h'],
  ])('drops: %s', (_, input) => {
    expect(guarded('a', input, 'b')).toBe('ab')
  })

  test('ends a link that is not a web address', () => {
    expect(guarded('\x1b]8;;javascript:alert(1)\x07x')).toBe('\x1b]8;;\x1b\\x')
  })

  test('makes no C1 control out of what it drops between two bytes', () => {
    expect(guarded(Uint8Array.of(0xc2), '\x1b]52;c;x\x07', Uint8Array.of(0x9b), '31m')).not.toContain('\u009b')
  })

  test('goes on after a title that was left open', () => {
    expect(guarded('\x1b]0;never closed\r\nlogin: ')).toBe('\nlogin: ')
  })

  test('goes on after a device control string of a mebibyte', () => {
    expect(guarded(`\x1bP${'x'.repeat(1024 * 1024 + 1)}login: `)).toBe('login: ')
  })

  test('executes control characters inside a sequence', () => {
    expect(guarded('\x1b[3\n1m')).toBe('\n\x1b[31m')
  })

  test('gives the same wherever the output is cut', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }).map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 8 }),
      fc.constantFrom(
        ...['\x1b', '\x1b[', '\x1b]', '\x1bP', '\x1b\\', '\x07', '31m', '2147483647b', '0;title', '8;;https://a/', '\n']
          .concat(['\u009b', '52;c;AAAA', '?1049h', '\x18', '>c', '6n', 'é'])
          .map((text) => Buffer.from(text)),
      ),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.array(fc.nat(), { maxLength: 6 }), (pieces, cuts) => {
        const whole = Buffer.concat(pieces)
        const places = [0, ...cuts.map((cut) => cut % (whole.length + 1)), whole.length].toSorted((a, b) => a - b)
        const parts = places.slice(1).map((place, index) => whole.subarray(places[index], place))
        expect(guarded(...parts)).toBe(guarded(whole))
      }),
      { numRuns: 500 },
    )
  })

  test('passes plain text about as fast as its bytes can be looked at', () => {
    const guard = createEscapeGuard()
    const chunk = Buffer.from('a line of plain output of a guest, some sixty bytes long\r\n'.repeat(1130))
    let bytes = 0
    let escapes = 0
    const ratios = Array.from({ length: 60 }, () => {
      const began = performance.now()
      for (const slice of guard.filter(chunk)) bytes += slice.length
      const guarded = performance.now()
      for (const byte of chunk) if (byte === 0x1b) escapes += 1
      return (guarded - began) / (performance.now() - guarded)
    })
    expect({ bytes, escapes }).toEqual({ bytes: chunk.length * 60, escapes: 0 })
    // A guard that copied or decoded each byte would take tens of times as long.
    expect(ratios.toSorted((a, b) => a - b)[30]).toBeLessThan(8)
  })
})
