import { execFileSync } from 'node:child_process'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { shellQuote } from '../../../../main/domain/qemu/shell-quote.ts'

test('plain words stay bare, the others are quoted', () => {
  expect(shellQuote(['/usr/bin/qemu', '-m', '256', 'a b', "it's", '', '{"a":1}'])).toBe(
    String.raw`/usr/bin/qemu -m 256 'a b' 'it'\''s' '' '{"a":1}'`,
  )
})

test('a first word that looks like an assignment is quoted', () => {
  expect(shellQuote(['PATH=/tmp', 'PATH=/tmp'])).toBe(`'PATH=/tmp' PATH=/tmp`)
})

test('a shell takes any words apart as they were', () => {
  const word = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary-ascii' }),
    fc.constantFrom('-', '~', '$(x)', '\n', '!', '*', '#a', "'"),
  )
  const words = fc.array(
    word.map((text) => text.replaceAll('\0', '')),
    { minLength: 1, maxLength: 20 },
  )
  fc.assert(
    fc.property(words, (argv) => {
      const script = `printf '%s\\0' ${shellQuote(argv)}`
      const output = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' })
      expect(output.split('\0').slice(0, -1)).toEqual(argv)
    }),
    { numRuns: 60 },
  )
})
