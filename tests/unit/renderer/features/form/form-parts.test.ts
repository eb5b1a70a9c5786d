import { expect, it } from 'vitest'

import { changeItem, withoutItem } from '../../../../../renderer/features/form/list-items.ts'
import { fieldId, problemsAt } from '../../../../../renderer/features/form/problems-at.ts'
import { freeId } from '../../../../../renderer/features/machines/form/spec-form-context.ts'

const problem = (field: string, severity: 'error' | 'warning') => ({ field, severity, code: 'x', message: field })

it('finds the problems of one field and of no other', () => {
  const problems = [
    problem('disks[0].path', 'error'),
    problem('disks[0].path', 'warning'),
    problem('disks[1].path', 'error'),
  ]
  expect(problemsAt(problems, 'disks[0].path')).toEqual({ errors: [problems[0]], warnings: [problems[1]] })
  expect(problemsAt(problems, 'disks[0]')).toEqual({ errors: [], warnings: [] })
})

it('names controls so that no two fields share one', () => {
  const ids = ['disks[0].path', 'disks[1].path', 'disks[0].format', 'networks[0].backend.forwards[1].hostPort'].map(
    fieldId,
  )
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids[0]).toBe('field-disks-0-path')
})

it('changes and removes one item of a list', () => {
  const list = [
    { id: 'a', n: 1 },
    { id: 'b', n: 2 },
  ]
  expect(changeItem(list, 1, { n: 3 })).toEqual([
    { id: 'a', n: 1 },
    { id: 'b', n: 3 },
  ])
  expect(withoutItem(list, 0)).toEqual([{ id: 'b', n: 2 }])
  expect(list).toEqual([
    { id: 'a', n: 1 },
    { id: 'b', n: 2 },
  ])
})

it('makes the first free id', () => {
  expect(freeId('disk', [])).toBe('disk0')
  expect(freeId('disk', [{ id: 'disk0' }, { id: 'disk2' }])).toBe('disk1')
})
