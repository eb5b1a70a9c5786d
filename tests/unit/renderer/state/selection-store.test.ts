import { beforeEach, describe, expect, it } from 'vitest'

import {
  clearSelection,
  selectAll,
  selectRange,
  toggleSelected,
  useSelectionStore,
} from '../../../../renderer/state/selection-store.ts'

const order = ['a', 'b', 'c', 'd', 'e']
const selected = () => [...useSelectionStore.getState().ids].toSorted().join('')

beforeEach(clearSelection)

describe('selecting machines', () => {
  it('takes one more, and leaves one out again', () => {
    toggleSelected('a')
    toggleSelected('c')
    toggleSelected('a')
    expect(selected()).toBe('c')
  })

  it('takes everything between, in both directions, from the last one chosen', () => {
    toggleSelected('c')
    selectRange(order, 'e')
    expect(selected()).toBe('cde')
    selectRange(order, 'b')
    expect(selected()).toBe('bcde')
  })

  it('begins a range where it has no beginning, or one that a search hides', () => {
    selectRange(order, 'b')
    expect(selected()).toBe('b')
    selectRange(['d', 'e'], 'e')
    expect(selected()).toBe('be')
  })

  it('takes all in sight, and none', () => {
    selectAll(order)
    expect(selected()).toBe('abcde')
    clearSelection()
    expect(selected()).toBe('')
  })
})
