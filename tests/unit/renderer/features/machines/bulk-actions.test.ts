import { beforeEach, describe, expect, it } from 'vitest'

import { createClient } from '../../../../../renderer/api/client.ts'
import { movable, moveAll, restoreAll, tagAll } from '../../../../../renderer/features/machines/library/bulk-actions.ts'
import { useActivityStore } from '../../../../../renderer/state/activity-store.ts'
import { createFakeBridge } from '../../../../fakes/fake-bridge.ts'
import { damagedEntry, fakeEntry, fakeMachine, showcaseMachines } from '../../../../fakes/fake-machines.ts'

const machines = Array.from({ length: 7 }, (_, index) =>
  fakeMachine(`m${index}`, { name: `M${index}`, architecture: 'x86_64', memoryMiB: 64 }),
)
const entries = machines.map(fakeEntry)

beforeEach(() => useActivityStore.setState(useActivityStore.getInitialState(), true))

function setUp() {
  const bridge = createFakeBridge({ machines })
  return { bridge, client: createClient(bridge) }
}

describe('several machines at once', () => {
  it('are asked each, and one that fails stops no other', async () => {
    const { bridge, client } = setUp()
    bridge.failNext('vm.start', { code: 'in-use', title: 'The disk is in use' })
    await moveAll(client, entries, 'start')
    expect(bridge.calls.map(({ params }) => params)).toEqual(machines.map(({ spec: { id } }) => ({ id })))
    expect([...useActivityStore.getState().failures.keys()]).toEqual(['m0'])
    expect([...useActivityStore.getState().pending]).toEqual([])
  })

  it('come back all when their deletion is undone', async () => {
    const { bridge, client } = setUp()
    const deleted = await moveAll(client, entries, 'delete')
    expect(await client.call('vm.list', {})).toEqual([])
    await restoreAll(client, deleted)
    expect((await client.call('vm.list', {})).map(({ id }) => id).toSorted()).toEqual(entries.map(({ id }) => id))
    expect(bridge.calls.filter(({ name }) => name === 'vm.restore')).toHaveLength(7)
  })

  it('get a tag and lose it', async () => {
    const { client } = setUp()
    await tagAll(client, entries.slice(0, 2), { add: ['lab'], remove: [] })
    await tagAll(client, entries.slice(0, 1), { add: [], remove: ['lab'] })
    const tagged = (await client.call('vm.list', {})).filter(
      (each) => each.kind === 'machine' && each.tags[0] === 'lab',
    )
    expect(tagged.map(({ id }) => id)).toEqual(['m1'])
  })

  it('are asked only for what their state allows', () => {
    const shown = [...showcaseMachines().map(fakeEntry), damagedEntry]
    const able = (move: Parameters<typeof movable>[1]) => movable(shown, move).map(({ id }) => id)
    for (const { id, state } of movable(shown, 'start'))
      expect([id, state.kind === 'stopped' || state.kind === 'suspended']).toEqual([id, true])
    expect(able('shutdown')).toEqual(shown.filter(({ state }) => state.kind === 'running').map(({ id }) => id))
    expect(able('delete')).toContain(damagedEntry.id)
    expect(able('delete')).not.toContain('web')
  })
})
