import { expect, it } from 'vitest'

import type { Snapshot, SnapshotListing } from '#contract/snapshot'

import { chooseSnapshot } from '../../../../main/shells/cli/find-snapshot.ts'
import { snapshotListText } from '../../../../main/shells/cli/snapshot-list-text.ts'

const snapshot = (id: number, name: string, parent: number | null, memoryBytes = 0): Snapshot => ({
  id: idOf(id),
  name,
  notes: '',
  createdAt: `2026-05-0${id}T10:00:00.000Z`,
  parent: parent === null ? null : idOf(parent),
  memory: memoryBytes > 0,
  memoryBytes,
  diskBytes: 1024 * 1024,
  automatic: false,
  thumbnail: false,
})
const idOf = (id: number) => `snap-00000000000${id}`
const listing = (snapshots: Snapshot[], parent: number | null): SnapshotListing => ({
  snapshots,
  here: { parent: parent === null ? null : idOf(parent), changed: true, changedBytes: 0 },
  problems: [],
  canHoldMemory: false,
  neededBytes: 0,
  freeBytes: 0,
  damaged: [],
})

it('the list is a tree with the place where the machine stands', () => {
  const snapshots = [
    snapshot(1, 'Installed', null),
    snapshot(2, 'Updated', 1, 64 * 1024 * 1024),
    snapshot(3, 'Tried', 1),
  ]
  const lines = snapshotListText(listing(snapshots, 1), undefined).trimEnd().split('\n')
  expect(lines.map((line) => line.slice(0, 26).trimEnd())).toEqual(
    ['SNAPSHOT', 'Installed', '└ Updated', '└ Tried', '└ (now, changed since)'].map((text) =>
      expect.stringContaining(text),
    ),
  )
  expect(lines[2]).toContain('64')
})

it('a snapshot whose parent is unreadable is still in the list', () => {
  expect(snapshotListText(listing([snapshot(2, 'Orphan', 1)], 2), undefined)).toContain('Orphan')
})

it('a name that two snapshots have is not guessed', () => {
  const snapshots = [snapshot(1, 'Same', null), snapshot(2, 'Same', 1)]
  expect(() => chooseSnapshot(snapshots, 'vm', 'Same')).toThrow('2 snapshots')
  expect(chooseSnapshot(snapshots, 'vm', idOf(2)).id).toBe(idOf(2))
  expect(() => chooseSnapshot(snapshots, 'vm', 'Sam')).toThrow('no snapshot')
})
