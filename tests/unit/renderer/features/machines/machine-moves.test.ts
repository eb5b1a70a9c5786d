import type { VmState } from '#contract/vm-state'
import { describe, expect, it } from 'vitest'

import { possibleMoves, primaryMove } from '../../../../../renderer/features/machines/machine-moves.ts'
import { damagedEntry, fakeEntry, fakeMachine } from '../../../../fakes/fake-machines.ts'

const AT = '2026-03-02T09:30:00.000Z'
const entryIn = (state: VmState, readOnly = false) =>
  fakeEntry({ ...fakeMachine('m', { name: 'm', architecture: 'x86_64', memoryMiB: 64 }, state), readOnly })

const states: readonly VmState[] = [
  { kind: 'stopped' },
  { kind: 'suspended', at: AT, sizeBytes: 1 },
  { kind: 'starting', since: AT },
  { kind: 'running', pid: 1, since: AT },
  { kind: 'paused', pid: 1, since: AT, reason: 'user' },
  { kind: 'stopping', pid: 1, deadline: AT },
  { kind: 'suspending', pid: 1, progress: 0.5 },
  { kind: 'not-answering', pid: 1, since: AT },
]

describe('moves', () => {
  it('are these in each state', () => {
    const moves = Object.fromEntries(states.map((state) => [state.kind, possibleMoves(entryIn(state)).join(' ')]))
    expect(moves).toEqual({
      stopped: 'start throwaway rename clone makeTemplate delete',
      suspended: 'resume discardSuspended rename clone delete',
      starting: 'powerOff rename',
      running: 'pause shutdown reset suspend powerOff rename',
      paused: 'resume reset suspend powerOff rename',
      stopping: 'powerOff rename',
      suspending: 'powerOff rename',
      'not-answering': 'powerOff rename',
    })
  })

  it('never change or start a machine of a newer version, and can still end it', () => {
    expect(possibleMoves(entryIn({ kind: 'stopped' }, true))).toEqual([])
    expect(possibleMoves(entryIn({ kind: 'not-answering', pid: 1, since: AT }, true))).toEqual(['powerOff'])
  })

  it('never start a damaged machine', () => {
    expect(possibleMoves(damagedEntry)).toEqual(['accept', 'delete'])
    expect(possibleMoves({ ...damagedEntry, state: { kind: 'suspended', at: AT, sizeBytes: 1 } })).not.toContain(
      'resume',
    )
  })

  it('offer the next step first', () => {
    expect(states.map((state) => primaryMove(entryIn(state)))).toEqual([
      'start',
      'resume',
      'powerOff',
      'shutdown',
      'resume',
      'powerOff',
      'powerOff',
      'powerOff',
    ])
  })
})
