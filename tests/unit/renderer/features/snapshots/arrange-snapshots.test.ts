import { expect, it } from 'vitest'

import type { Snapshot } from '#contract/snapshot'

import { arrangeSnapshots } from '../../../../../renderer/features/snapshots/arrange-snapshots.ts'

const idOf = (number: number) => `snap-${String(number).padStart(12, '0')}`
const tree = (...parents: (number | null)[]): Snapshot[] =>
  parents.map((parent, index) => ({
    id: idOf(index + 1),
    name: String(index + 1),
    notes: '',
    createdAt: '2026-01-01T00:00:00.000Z',
    parent: parent === null ? null : idOf(parent),
    memory: false,
    memoryBytes: 0,
    diskBytes: 0,
    automatic: false,
    thumbnail: false,
  }))
const drawn = (snapshots: Snapshot[], here: number | null) =>
  arrangeSnapshots({
    snapshots,
    here: { parent: here === null ? null : idOf(here), changed: false, changedBytes: 0 },
  }).map((row) => `${' '.repeat(row.lane)}${row.kind === 'here' ? 'here' : row.snapshot.name}:${row.level}`)

it('a history without branches is one straight line, however long', () => {
  expect(drawn(tree(null, 1, 2), 3)).toEqual(['1:1', '2:2', '3:3', 'here:4'])
})

it('what leads to the present stays in its line; the others branch off before it', () => {
  expect(drawn(tree(null, 1, 1, 2), 3)).toEqual(['1:1', ' 2:2', ' 4:3', '3:2', 'here:3'])
})

it('a present that went back stands below what it went back to', () => {
  expect(drawn(tree(null, 1, 2), 1)).toEqual(['1:1', ' 2:2', ' 3:3', 'here:2'])
})

it('a snapshot whose parent cannot be read is not left out', () => {
  expect(drawn([], null)).toEqual(['here:1'])
  expect(drawn(tree(null, 9), null)).toEqual([' 1:1', ' 2:1', 'here:1'])
})
