import { describe, expect, it } from 'vitest'

import { arrangeMachines } from '../../../../../renderer/features/machines/library/arrange-machines.ts'
import { damagedEntry, fakeEntry, showcaseMachines } from '../../../../fakes/fake-machines.ts'

const entries = [...showcaseMachines().map(fakeEntry), damagedEntry]
const idsOf = (query: string, sort: 'name' | 'state' | 'architecture' | 'memory' = 'name') =>
  arrangeMachines(entries, { query, sort }).map((entry) => entry.id)

describe('arrangeMachines', () => {
  it('loses no machine, not even a damaged one', () => {
    expect(idsOf('').toSorted()).toEqual(entries.map((entry) => entry.id).toSorted())
  })

  it.each([
    ['STARTER', ['starter']],
    ['nginx', ['web']],
    ['running', ['stubborn', 'web']],
    ['armhf', ['arm-dev']],
    ['aarch64', ['arm64']],
    ['damaged', ['lost']],
    ['الشبكات', ['rtl']],
    ['kvm 🧫', ['emoji']],
    ['kvm armhf', []],
  ])('finds by %s', (query, ids) => {
    expect(idsOf(query)).toEqual(ids)
  })

  it('leaves only those with a tag, and searches among them', () => {
    const tagged = entries.filter((entry) => entry.kind === 'machine' && entry.tags.includes('nginx'))
    const ids = (query: string, tag: string) =>
      arrangeMachines(entries, { query, sort: 'name', tag }).map(({ id }) => id)
    expect(ids('', 'nginx')).toEqual(tagged.map(({ id }) => id))
    expect(ids('web', 'nginx')).toEqual(['web'])
    expect(ids('starter', 'nginx')).toEqual([])
  })

  it('counts numbers in names as numbers', () => {
    const named = ['vm 10', 'vm 9', 'VM 1'].map((name, index) => ({ ...damagedEntry, id: `n${index}`, name }))
    expect(arrangeMachines(named, { query: '', sort: 'name' }).map((entry) => entry.name)).toEqual([
      'VM 1',
      'vm 9',
      'vm 10',
    ])
  })

  it('puts what needs attention first, then what runs', () => {
    expect(idsOf('', 'state').slice(0, 3)).toEqual(['hung', 'stubborn', 'web'])
  })

  it('puts the largest first by memory, and a damaged one last', () => {
    const ids = idsOf('', 'memory')
    expect([ids[0], ids.at(-1)]).toEqual(['full', 'lost'])
  })

  it('leaves the given list as it is', () => {
    const before = entries.map((entry) => entry.id)
    idsOf('', 'memory')
    expect(entries.map((entry) => entry.id)).toEqual(before)
  })
})
