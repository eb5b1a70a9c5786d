import { spawn } from 'node:child_process'
import { once } from 'node:events'

import { describe, expect, it } from 'vitest'

import { identifyProcess, isAlive, signalProcess } from '../../../main/system/process/process-identity.ts'

describe('process identity', () => {
  it('knows a process while it lives and not after', async () => {
    const child = spawn('sleep', ['60'])
    await once(child, 'spawn')
    const identity = identifyProcess(child.pid ?? 0)
    expect(identity && isAlive(identity)).toBe(true)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(identity && isAlive(identity)).toBe(false)
  })

  it('signals nobody who only has the same number', async () => {
    const child = spawn('sleep', ['60'])
    await once(child, 'spawn')
    const identity = identifyProcess(child.pid ?? 0)
    if (!identity) throw new Error('the child is not there')
    expect(signalProcess({ ...identity, startTicks: identity.startTicks - 1 }, 'SIGKILL')).toBe(false)
    expect(signalProcess({ ...identity, bootId: 'another boot' }, 'SIGKILL')).toBe(false)
    expect(isAlive(identity)).toBe(true)
    expect(signalProcess(identity, 'SIGKILL')).toBe(true)
    await once(child, 'exit')
  })

  it('has no identity for a number that nobody has', () => {
    expect(identifyProcess(4_194_304)).toBeUndefined()
  })
})
