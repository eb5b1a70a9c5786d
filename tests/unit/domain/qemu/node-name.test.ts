import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { nodeName } from '../../../../main/domain/qemu/node-name.ts'

const id = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,39}$/)

test('a short id is readable in the name', () => {
  expect(nodeName('disk', 'root')).toBe('disk-root')
})

test('a name leaves room for a suffix within 31 characters, begins with a letter and holds only what QEMU takes', () => {
  fc.assert(
    fc.property(id, (each) => {
      expect(nodeName('net', each)).toMatch(/^[a-z][a-z0-9-]{0,25}$/)
    }),
  )
})

test('ids that differ at the end only have different names', () => {
  const names = Array.from({ length: 1000 }, (_, index) => nodeName('disk', `${'a'.repeat(36)}${index}`))
  expect(new Set(names).size).toBe(1000)
})
