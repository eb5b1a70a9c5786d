import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { idSchema } from '#contract/vm-spec'

import { makeVmId } from '../../../../main/domain/vm/make-vm-id.ts'

test.each([
  ['Web Server 2', 'web-server-2'],
  ['Übung: Größe', 'ubung-gro-e'],
  ['../../etc/passwd', 'etc-passwd'],
  ['-device', 'device'],
  ['実験室 🧫', 'vm'],
  ['n'.repeat(120), 'n'.repeat(30)],
  ['a, b=c', 'a-b-c'],
])('%s becomes %s', (name, id) => {
  expect(makeVmId(name, new Set())).toBe(id)
})

test('a taken id gets a number, the lowest that is free', () => {
  expect(makeVmId('Web', new Set(['web', 'web-2', 'web-4']))).toBe('web-3')
})

test('every name gives an id that the contract accepts', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      const first = makeVmId(name, new Set())
      const second = makeVmId(name, new Set([first]))
      expect([idSchema.safeParse(first).success, idSchema.safeParse(second).success]).toEqual([true, true])
      expect(second).not.toBe(first)
    }),
  )
})
