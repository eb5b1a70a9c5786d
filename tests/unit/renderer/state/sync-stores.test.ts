import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { createClient } from '../../../../renderer/api/client.ts'
import { useConnectionStore } from '../../../../renderer/state/connection-store.ts'
import { useHostStore } from '../../../../renderer/state/host-store.ts'
import { reloadLibrary, syncStores } from '../../../../renderer/state/sync-stores.ts'
import { useVmStore } from '../../../../renderer/state/vm-store.ts'
import { createFakeBridge } from '../../../fakes/fake-bridge.ts'
import { fakeHostReport } from '../../../fakes/fake-host.ts'
import { fakeEntry, fakeMachine } from '../../../fakes/fake-machines.ts'

const one = fakeMachine('one', { name: 'one', architecture: 'x86_64', memoryMiB: 64 })
const two = fakeMachine('two', { name: 'two', architecture: 'x86_64', memoryMiB: 64 })
let end: (() => void) | undefined

beforeEach(() => {
  useVmStore.setState(useVmStore.getInitialState(), true)
  useHostStore.setState(useHostStore.getInitialState(), true)
  useConnectionStore.setState({ connected: true })
})
afterEach(() => end?.())

function start() {
  const bridge = createFakeBridge({ machines: [one, two] })
  end = syncStores(createClient(bridge))
  return bridge
}
const ready = () => vi.waitFor(() => expect(useVmStore.getState().status).toEqual({ kind: 'ready' }))
const names = () => [...useVmStore.getState().entries.values()].map((entry) => entry.name)

describe('syncStores', () => {
  it('fills the library', async () => {
    start()
    expect(useVmStore.getState().status).toEqual({ kind: 'loading' })
    await ready()
    expect(names()).toEqual(['one', 'two'])
  })

  it('follows changes and removals', async () => {
    const bridge = start()
    await ready()
    bridge.announce({ kind: 'vm.changed', entry: { ...fakeEntry(one), name: 'uno' } })
    bridge.announce({ kind: 'vm.removed', id: 'two' })
    expect(names()).toEqual(['uno'])
  })

  it('lets events win that arrive while the list is on its way', async () => {
    const bridge = start()
    bridge.announce({ kind: 'vm.changed', entry: { ...fakeEntry(one), name: 'newer than the list' } })
    bridge.announce({ kind: 'vm.removed', id: 'two' })
    await ready()
    expect(names()).toEqual(['newer than the list'])
  })

  it('says why the list could not be read, and reads it again when asked', async () => {
    const bridge = createFakeBridge({ machines: [one] })
    bridge.failNext('vm.list', { code: 'not-answering', title: 'No answer' })
    end = syncStores(createClient(bridge))
    await vi.waitFor(() =>
      expect(useVmStore.getState().status).toEqual({
        kind: 'failed',
        failure: { code: 'not-answering', title: 'No answer' },
      }),
    )
    reloadLibrary()
    await ready()
    expect(names()).toEqual(['one'])
  })

  it('keeps what it knows while the connection is lost and reads it anew afterwards', async () => {
    const bridge = start()
    await ready()
    bridge.setConnected(false)
    expect(useConnectionStore.getState().connected).toBe(false)
    expect(names()).toEqual(['one', 'two'])
    await bridge.call('vm.rename', { id: 'one', name: 'renamed' }, 'x')
    bridge.setConnected(true)
    await vi.waitFor(() => expect(names()).toEqual(['renamed', 'two']))
    expect(bridge.calls.filter((call) => call.name === 'vm.list')).toHaveLength(2)
  })

  it('hears nothing after its end', async () => {
    const bridge = start()
    await ready()
    end?.()
    bridge.announce({ kind: 'vm.removed', id: 'one' })
    expect(names()).toEqual(['one', 'two'])
  })

  it('keeps the report of a host check that somebody else asked for', async () => {
    const bridge = start()
    const report = fakeHostReport(true)
    bridge.announce({ kind: 'host.checked', report })
    expect(useHostStore.getState().report).toEqual(report)
    await ready()
  })
})
