import { describe, expect, it } from 'vitest'

import { guestClipboard, guestName } from '../../../../../../renderer/features/machines/screen/guest-text.ts'

describe('text of a guest', () => {
  it.each([
    ['QEMU (Starter)', 'QEMU (Starter)'],
    ['a\nb\tc\u0000d\u001b[31m', 'a b c d [31m'],
    ['\u202egnp.exe', 'gnp.exe'],
    ['zero\u200bwidth\u2066x\u2069', 'zero width x'],
    ['  \r\n ', ''],
  ])('as a name: %j', (text, shown) => {
    expect(guestName(text)).toBe(shown)
  })

  it('as a name of 40 MiB is cut to one line', () => {
    expect(guestName('A'.repeat(40 * 1024 * 1024))).toHaveLength(120)
  })

  it('as a clipboard keeps tabs and line ends, and nothing else that controls', () => {
    expect(guestClipboard('a\tb\r\nc\u001b]52;c;eA==\u0007\u202ed')).toBe('a\tb\nc]52;c;eA==d')
    expect(guestClipboard('x'.repeat(10_000_000))).toHaveLength(100_000)
  })
})
