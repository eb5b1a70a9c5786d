import { expect, it } from 'vitest'

import { bytesFromBase64, consoleText } from '../../../../../renderer/features/machines/page/console-text.ts'

const textOf = (text: string) => consoleText(new TextEncoder().encode(text))

it.each([
  ['colours', '\u001b[1;32mok\u001b[0m done', 'ok done'],
  ['cursor moves', 'a\u001b[2J\u001b[10;5Hb', 'ab'],
  ['a title', '\u001b]0;evil\u0007login:', 'login:'],
  ['a title with the long end', '\u001b]0;evil\u001b\\login:', 'login:'],
  ['a device control string', '\u001bPq#0\u001b\\x', 'x'],
  ['a charset choice', '\u001b(Bx', 'x'],
  ['CR LF', 'a\r\nb\r\r\nc', 'a\nb\nc'],
  ['a line written over', '10 %\r20 %\r100 %\nnext', '100 %\nnext'],
  ['bells and direction changes', 'a\u0007\u202eb', 'ab'],
])('leaves out %s', (_name, written, shown) => {
  expect(textOf(written)).toBe(shown)
})

it('shows bytes that are no text as such', () => {
  expect(consoleText(bytesFromBase64(btoa('ok\xff')))).toBe('ok\ufffd')
})
