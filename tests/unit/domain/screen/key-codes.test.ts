import { describe, expect, it } from 'vitest'

import { keyCombination, keysForText } from '../../../../main/domain/screen/key-codes.ts'

describe('keys of a screen', () => {
  it('types every printable ASCII character, and Shift exactly where the US layout needs it', () => {
    const text = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join('')
    const typed = keysForText(text)
    if (typed.kind !== 'presses') throw new Error(`no key for ${typed.key}`)
    const shifted = Array.from(text).filter((_, index) => typed.presses[index]?.[0] === 'shift')
    expect(shifted.join('')).toBe('!"#$%&()*+:<>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ^_{|}~')
    expect(new Set(typed.presses.map(String)).size).toBe(95)
  })

  it('takes every form of a line end as one Enter', () => {
    expect(keysForText('a\r\nb\nc\r')).toEqual({
      kind: 'presses',
      presses: [['a'], ['ret'], ['b'], ['ret'], ['c'], ['ret']],
    })
  })

  it.each(['é', '€', '\u0000', '\u001b', '😀'])('has no key for %j', (key) => {
    expect(keysForText(`ab${key}`)).toEqual({ kind: 'no-such-key', key })
  })

  it.each([
    [
      ['Ctrl', 'ALT', 'delete'],
      ['ctrl', 'alt', 'delete'],
    ],
    [
      ['ctrl', 'alt', 'F12'],
      ['ctrl', 'alt', 'f12'],
    ],
    [['Super'], ['meta_l']],
    [['return'], ['ret']],
  ])('%j', (names, press) => {
    expect(keyCombination(names)).toEqual({ kind: 'press', press })
  })

  it.each(['f13', '', 'ctrl alt', '__proto__', 'constructor'])('knows no key called %j', (key) => {
    expect(keyCombination(['ctrl', key])).toEqual({ kind: 'no-such-key', key })
  })
})
