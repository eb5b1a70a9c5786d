import { expect, it } from 'vitest'

import { offerUndo, undoLast } from '../../../../renderer/state/undo-store.ts'

it('takes back the newest offer once, and none that has ended', () => {
  const taken: string[] = []
  offerUndo(() => taken.push('first'))
  const end = offerUndo(() => taken.push('second'))
  offerUndo(() => taken.push('third'))
  end()
  expect([undoLast(), undoLast(), undoLast()]).toEqual([true, true, false])
  expect(taken).toEqual(['third', 'first'])
})
