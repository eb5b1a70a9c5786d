import { setTimeout as delay } from 'node:timers/promises'

import { expect, it } from 'vitest'

import { limitedSignal } from '../../../main/system/process/limited-signal.ts'

it('ends when the time is over, and says so', async () => {
  using limit = limitedSignal(new AbortController().signal, 5)
  await delay(30)
  expect(limit.signal.aborted).toBe(true)
  expect(limit.isOver()).toBe(true)
})

it('ends with the other signal and its reason, at once when that has ended already', () => {
  const stop = new AbortController()
  using limit = limitedSignal(stop.signal, 60_000)
  stop.abort(new Error('cancelled'))
  using late = limitedSignal(stop.signal, 60_000)
  for (const each of [limit, late]) {
    expect(each.signal.reason).toEqual(new Error('cancelled'))
    expect(each.isOver()).toBe(false)
  }
})

it('never ends after it was disposed of', async () => {
  const stop = new AbortController()
  const limit = limitedSignal(stop.signal, 5)
  limit[Symbol.dispose]()
  stop.abort()
  await delay(30)
  expect(limit.signal.aborted).toBe(false)
})
