import type { ConsoleFrame } from '#contract/console'
import { describe, expect, it, vi } from 'vitest'

import { LastingApp } from '../../../../main/shells/electron/lasting-app.ts'
import { createFakeApp, type FakeApp, fakeMachine } from '../../../fakes/fake-app.ts'

/** A row of owners: each is found once the one before is lost. */
async function openLasting(owners: readonly (FakeApp | Error)[]) {
  const waiting = [...owners]
  let lose = (): void => undefined
  const lasting = await LastingApp.open(async (onLost) => {
    lose = onLost
    const next = waiting.shift()
    if (next === undefined || next instanceof Error) throw next ?? new Error('no owner')
    return next
  })
  return { lasting, lose: () => lose() }
}

describe('the app of a window', () => {
  it('says why it cannot be opened', async () => {
    await expect(openLasting([new Error('no space')])).rejects.toThrow('no space')
  })

  it('goes on with the next owner, and keeps its subscriptions', async () => {
    vi.useFakeTimers()
    const [first, second] = [createFakeApp(), createFakeApp()]
    const { lasting, lose } = await openLasting([first, new Error('not yet'), second])
    const events: unknown[] = []
    const connections: boolean[] = []
    lasting.subscribe((event) => events.push(event))
    lasting.onConnection((connected) => connections.push(connected))
    expect(await lasting.dispatch('test.echo', 1)).toEqual({ ok: true, value: 1 })

    lose()
    expect(await lasting.dispatch('test.echo', 2)).toMatchObject({ ok: false, failure: { code: 'unavailable' } })
    const frames: ConsoleFrame[] = []
    lasting.openConsole({ kind: 'serial', vmId: 'starter', port: 0 }, (frame) => frames.push(frame))
    await vi.advanceTimersByTimeAsync(600)
    vi.useRealTimers()

    expect(frames).toMatchObject([{ kind: 'closed' }])
    expect(connections).toEqual([false, true])
    expect(await lasting.dispatch('test.echo', 3)).toEqual({ ok: true, value: 3 })
    second.announce({ kind: 'vm.changed', entry: fakeMachine('web', 'Web') })
    expect([events.length, first.calls.length, second.calls.length]).toEqual([1, 1, 1])
  })

  it('looks for no further owner once it was left', async () => {
    const [first, second] = [createFakeApp(), createFakeApp()]
    const { lasting, lose } = await openLasting([first, second])
    await lasting[Symbol.asyncDispose]()
    lose()
    expect([first.subscribers, second.subscribers]).toEqual([0, 0])
  })
})
