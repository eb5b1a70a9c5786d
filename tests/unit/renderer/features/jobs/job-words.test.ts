import { describe, expect, it } from 'vitest'

import {
  arrangeJobs,
  durationWords,
  jobAmountWords,
  jobFraction,
  jobPlace,
} from '../../../../../renderer/features/jobs/job-words.ts'
import { showcaseJobs } from '../../../../fakes/fake-jobs.ts'

describe('jobFraction', () => {
  it('is known only where the whole is known, and never above 1', () => {
    expect(jobFraction({ phase: 'x' })).toBeUndefined()
    expect(jobFraction({ phase: 'x', doneBytes: 3 })).toBeUndefined()
    expect(jobFraction({ phase: 'x', doneBytes: 3, totalBytes: 0 })).toBeUndefined()
    expect(jobFraction({ phase: 'x', doneBytes: 3, totalBytes: 4 })).toBe(0.75)
    expect(jobFraction({ phase: 'x', doneBytes: 5, totalBytes: 4 })).toBe(1)
    expect(jobFraction({ phase: 'x', doneBytes: 3, totalBytes: 4, progress: 0.1 })).toBe(0.1)
  })
})

describe('words', () => {
  it('tell as much as is known', () => {
    expect(jobAmountWords({ phase: 'x' })).toBe('')
    expect(jobAmountWords({ phase: 'x', doneBytes: 1024, totalBytes: 4096, bytesPerSecond: 512, etaSeconds: 6 })).toBe(
      '1.0 KiB of 4.0 KiB, 512 bytes/s, 6 s left',
    )
  })

  it('tell durations', () => {
    expect([0, 59, 61, 3600, 7500].map(durationWords)).toEqual(['1 s', '59 s', '1 min', '1 h', '2 h 5 min'])
  })
})

it('shows open jobs first', () => {
  const kinds = arrangeJobs(showcaseJobs().toReversed()).map((job) => job.state.kind)
  expect(kinds.slice(0, 4).toSorted()).toEqual(['paused', 'queued', 'running', 'running'])
})

it('leads to what a job made, once it is there', () => {
  const job = {
    ...{ id: 'job-1', kind: 'container.create', title: 'x', createdAt: '2026-01-01T08:00:00.000Z' },
    ...{ canPause: false, canRetry: false },
  }
  const done = { kind: 'done', at: job.createdAt, seconds: 1, summary: 'x', result: { id: 'pi' } } as const
  expect(jobPlace({ ...job, state: { kind: 'queued' } })).toBeUndefined()
  expect(jobPlace({ ...job, state: done })?.route).toEqual({ kind: 'container', id: 'pi' })
  expect(jobPlace({ ...job, kind: 'vm.clone', state: done })?.route).toMatchObject({ kind: 'machine', id: 'pi' })
  expect(jobPlace({ ...job, kind: 'disk.check', state: done })).toBeUndefined()
  const subject = { kind: 'disk', id: '/a.qcow2' } as const
  expect(jobPlace({ ...job, kind: 'disk.check', subject, state: done })?.route).toEqual({
    kind: 'disks',
    path: '/a.qcow2',
  })
})
