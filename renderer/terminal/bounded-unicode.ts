import { Unicode11Addon } from '@xterm/addon-unicode11'
import type { IUnicodeVersionProvider, Terminal } from '@xterm/xterm'

/** Marks that one cell takes; more stand in cells of their own. Real writing needs three. */
const MARKS_MAX = 4
const VERSION = '11-bounded'

// How xterm packs what it knows of a character (`UnicodeService.createPropertyValue`, 6.0).
const JOINS = 0b1
const WIDTH_ONE = 0b10
const STATE_SHIFT = 3
const STATE_MASK = 0b111

/**
 * Switches the terminal to Unicode 11 with at most MARKS_MAX combining marks in one cell: xterm joins without end, and a
 * cell of 50,000 marks takes the browser minutes to draw (tried with 6.0). The count rides in the state that xterm
 * hands back with the next character.
 */
export function boundUnicode(terminal: Terminal): void {
  const register = (provider: IUnicodeVersionProvider) => terminal.unicode.register(bounded(provider))
  const unicode = { ...terminal.unicode, register }
  new Unicode11Addon().activate(
    new Proxy(terminal, { get: (target, key) => (key === 'unicode' ? unicode : Reflect.get(target, key)) }),
  )
  terminal.unicode.activeVersion = VERSION
}

function bounded(provider: IUnicodeVersionProvider): IUnicodeVersionProvider {
  return {
    version: VERSION,
    wcwidth: (codepoint) => provider.wcwidth(codepoint),
    charProperties(codepoint, preceding) {
      const properties = provider.charProperties(codepoint, preceding & STATE_MASK)
      if ((properties & JOINS) === 0) return properties
      const marks = (preceding >> STATE_SHIFT) + 1
      return marks > MARKS_MAX ? WIDTH_ONE : properties | (marks << STATE_SHIFT)
    },
  }
}
