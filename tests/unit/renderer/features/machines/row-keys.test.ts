import { expect, test } from 'vitest'

import { createRowKeys } from '../../../../../renderer/features/machines/library/use-row-keys.ts'

const rows = (...ids: readonly string[]) => ids.map((id) => ({ id }))
const nobody = () => false
const somebody = () => true

test('a search shows other machines in the rows that are there', () => {
  const keys = createRowKeys()
  const all = rows('a', 'b', 'c', 'd')
  expect(keys(all, all, nobody)).toEqual([0, 1, 2, 3])
  const found = rows('c', 'x')
  expect(keys(found, found, nobody)).toEqual([0, 1])
  // Rows that are made anew are not mistaken for those that went.
  const more = rows('c', 'x', 'y')
  expect(keys(more, more, nobody)).toEqual([0, 1, 4])
})

test('a row keeps its machine while somebody is in one, and while the list is scrolled', () => {
  const keys = createRowKeys()
  const all = rows('a', 'b', 'c', 'd')
  keys(rows('a', 'b', 'c'), all, nobody)
  expect(keys(rows('b', 'c', 'd'), all, nobody)).toEqual([1, 2, 3])
  const sorted = rows('d', 'c', 'b', 'a')
  expect(keys(rows('d', 'c', 'b'), sorted, somebody)).toEqual([3, 2, 1])
})
