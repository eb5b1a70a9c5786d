import { describe, expect, it } from 'vitest'

import {
  memoryWords,
  pauseAdvice,
  pauseReasonWords,
  sizeWords,
  stateWords,
} from '../../../../../renderer/features/machines/state-words.ts'

const AT = '2026-03-02T09:30:00.000Z'

describe('stateWords', () => {
  it('tells a crash from a shutdown', () => {
    const labels = (
      ['crashed', 'failed-to-start', 'out-of-memory', 'guest-shutdown', 'powered-off', 'unknown'] as const
    ).map((kind) => stateWords({ kind: 'stopped', lastExit: { kind, message: '', at: AT } }).label)
    expect(labels).toEqual(['Crashed', 'Did not start', 'Ended: out of memory', 'Stopped', 'Stopped', 'Stopped'])
  })

  it('says that a shutdown was ignored', () => {
    expect(stateWords({ kind: 'running', pid: 1, since: AT, shutdownIgnored: true }).label).toBe(
      'Running, shutdown ignored',
    )
  })

  it('says why QEMU paused a machine, also for a reason it does not know', () => {
    expect(stateWords({ kind: 'paused', pid: 1, since: AT, reason: 'io-error' }).label).toBe(
      'Paused: a disk error on the host',
    )
    expect(pauseReasonWords('postmigrate')).toBe('postmigrate')
    expect(pauseAdvice('user')).toBeUndefined()
    expect(pauseAdvice('postmigrate')).toContain('postmigrate')
  })
})

it('writes sizes with their unit', () => {
  expect([16, 1024, 1536, 16384].map(memoryWords)).toEqual(['16 MiB', '1 GiB', '1.5 GiB', '16 GiB'])
  expect([0, 1023, 1024, 812_000_000, 2 ** 50].map(sizeWords)).toEqual([
    '0 bytes',
    '1023 bytes',
    '1.0 KiB',
    '774.4 MiB',
    '1024.0 TiB',
  ])
})
