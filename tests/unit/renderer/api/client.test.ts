import { describe, expect, it } from 'vitest'

import { CallFailed, failureOf } from '../../../../renderer/api/call-failed.ts'
import { checkResult } from '../../../../renderer/api/check-result.ts'
import { createClient } from '../../../../renderer/api/client.ts'
import { createFakeBridge } from '../../../fakes/fake-bridge.ts'
import { showcaseMachines } from '../../../fakes/fake-machines.ts'

const bridgeOf = () => createFakeBridge({ machines: showcaseMachines() })

describe('client', () => {
  it('returns what the owner answers', async () => {
    const client = createClient(bridgeOf(), checkResult)
    const { spec } = await client.call('vm.show', { id: 'starter' })
    expect(spec?.name).toBe('Starter')
  })

  it('throws the failure of a refused call, as it is', async () => {
    const client = createClient(bridgeOf())
    const error = await client.call('vm.show', { id: 'nobody' }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(CallFailed)
    expect(failureOf(error)).toEqual({ code: 'not-found', title: 'There is no such machine', evidence: 'nobody' })
  })

  it('gives every call an id of its own and cancels by it', async () => {
    const bridge = bridgeOf()
    const client = createClient(bridge)
    const abort = new AbortController()
    await client.call('vm.list', {})
    const call = client.call('vm.list', {}, { signal: abort.signal })
    abort.abort()
    await call
    expect(bridge.cancelled).toEqual(['c2'])
  })

  it('does not ask at all when the question is withdrawn before', async () => {
    const bridge = bridgeOf()
    const client = createClient(bridge)
    await expect(client.call('vm.list', {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      failure: { code: 'cancelled' },
    })
    expect(bridge.calls).toEqual([])
  })

  it('refuses a result of another shape when it is told to check', async () => {
    const bridge = { ...bridgeOf(), call: () => Promise.resolve({ ok: true, value: { nonsense: true } } as const) }
    await expect(createClient(bridge, checkResult).call('vm.list', {})).rejects.toMatchObject({
      failure: { code: 'internal', title: 'The answer was not understood' },
    })
  })
})

describe('failureOf', () => {
  it('shows what is not from the owner as an internal failure with its evidence', () => {
    expect(failureOf(new TypeError('x is not a function'))).toMatchObject({
      code: 'internal',
      evidence: 'x is not a function',
    })
    expect(failureOf('just text')).toMatchObject({ code: 'internal', evidence: 'just text' })
  })
})
