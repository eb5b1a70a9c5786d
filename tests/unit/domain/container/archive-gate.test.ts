import { expect, it } from 'vitest'

import { type ArchiveEntry, createArchiveGate } from '../../../../main/domain/container/archive-gate.ts'

const entry = (change: Partial<ArchiveEntry>): ArchiveEntry => ({
  name: './etc/hostname',
  type: 'file',
  sizeBytes: 5,
  mode: 0o644,
  linkName: undefined,
  ...change,
})
const look = (...entries: readonly Partial<ArchiveEntry>[]) => {
  const gate = createArchiveGate({ entries: 3, totalBytes: 100, nameBytes: 40, depth: 4 })
  for (const each of entries) gate.look(entry(each))
  return gate.findings()
}

it.each<[string, Partial<ArchiveEntry>, RegExp]>([
  ['leads upwards', { name: '../../etc/passwd' }, /leads out/],
  ['leads upwards in the middle', { name: 'a/../../b' }, /leads out/],
  ['is absolute', { name: '/etc/passwd' }, /root of the host/],
  ['holds a NUL', { name: 'a\0b' }, /NUL/],
  ['is too long', { name: 'n'.repeat(41) }, /too long/],
  ['is too deep', { name: 'a/b/c/d/e' }, /deep/],
  ['has no name', { name: '' }, /without a name/],
  ['is a hard link to the host', { type: 'link', linkName: '/etc/shadow' }, /hard link.*root of the host/],
  ['is a hard link upwards', { type: 'link', linkName: '../../x' }, /hard link.*leads out/],
  ['is a link to nowhere', { type: 'symlink', linkName: '' }, /nowhere/],
  ['is of an unknown kind', { type: 'quantum' }, /unknown kind/],
  ['is larger than is allowed', { sizeBytes: 101 }, /GiB/],
  ['has a negative size', { sizeBytes: -1 }, /size/],
])('refuses a member that %s', (_what, change, message) => {
  expect(() => look(change)).toThrow(message)
})

it('refuses the entry after the last one that is allowed, and an archive without any', () => {
  expect(() => look({}, {}, {}, {})).toThrow(/more than 3 entries/)
  expect(() => look()).toThrow(/nothing is in it/)
})

it('leaves devices and pipes out, keeps absolute symbolic links, and says so', () => {
  const found = look(
    { type: 'character-device' },
    { type: 'fifo' },
    { type: 'symlink', linkName: '/etc/alternatives/vi' },
  )
  expect(found).toMatchObject({ entries: 3, totalBytes: 0 })
  expect(found.leftOut).toEqual(['1 device files: the container makes its own', '1 named pipes'])
})

it('shows no control characters of a name', () => {
  expect(() => look({ name: '/\u001b[2J\u202e' })).toThrow(/"\/\?\[2J\?"/)
})
