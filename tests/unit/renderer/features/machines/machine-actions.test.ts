import { beforeEach, describe, expect, it } from 'vitest'

import { createClient } from '../../../../../renderer/api/client.ts'
import { createAskMachine } from '../../../../../renderer/features/machines/machine-actions.ts'
import { useActivityStore } from '../../../../../renderer/state/activity-store.ts'
import { createFakeBridge } from '../../../../fakes/fake-bridge.ts'
import { fakeEntry, fakeMachine } from '../../../../fakes/fake-machines.ts'

const off = fakeMachine('off', { name: 'off', architecture: 'x86_64', memoryMiB: 64 })
const saved = fakeMachine(
  'saved',
  { name: 'saved', architecture: 'x86_64', memoryMiB: 64 },
  { kind: 'suspended', at: '2026-03-02T09:30:00.000Z', sizeBytes: 1 },
)

beforeEach(() => useActivityStore.setState(useActivityStore.getInitialState(), true))

function setUp() {
  const bridge = createFakeBridge({ machines: [off, saved] })
  return { bridge, ask: createAskMachine(createClient(bridge)) }
}

describe('asking a machine', () => {
  it('marks it as pending only while the call is under way', async () => {
    const { ask } = setUp()
    const asked = ask(fakeEntry(off), 'start')
    await Promise.resolve()
    expect([...useActivityStore.getState().pending]).toEqual(['off'])
    await asked
    expect([...useActivityStore.getState().pending]).toEqual([])
  })

  it('keeps a failure with the machine it happened to, until something else is asked', async () => {
    const { bridge, ask } = setUp()
    const failure = { code: 'in-use', title: 'The disk is in use' } as const
    bridge.failNext('vm.start', failure)
    await ask(fakeEntry(off), 'start')
    expect(useActivityStore.getState().failures.get('off')).toEqual({ machineId: 'off', machineName: 'off', failure })
    expect([...useActivityStore.getState().pending]).toEqual([])
    await ask(fakeEntry(off), 'start')
    expect(useActivityStore.getState().failures.size).toBe(0)
  })

  it('resumes a suspended machine by starting it', async () => {
    const { bridge, ask } = setUp()
    await ask(fakeEntry(saved), 'resume')
    expect(bridge.calls).toEqual([{ name: 'vm.start', params: { id: 'saved' } }])
  })
})
