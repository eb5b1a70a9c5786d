import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { type JobEvent, type JobService, openJobService } from '../../../../main/services/jobs/job-service.ts'
import type { JobWork } from '../../../../main/services/jobs/job-control.ts'
import { RefusedError } from '../../../../main/services/refused-error.ts'

let folder: string
let events: JobEvent[]
let opened: JobService[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'petri-jobs-'))
  events = []
  opened = []
})
afterEach(async () => {
  // A record is written after its job has ended.
  await Promise.all(opened.map((jobs) => jobs.close()))
  await rm(folder, { recursive: true, force: true })
})

const open = async () => {
  const jobs = await openJobService({
    folder,
    toFailure: (error) => (error instanceof RefusedError ? error.failure : { code: 'internal', title: String(error) }),
    onEvent: (event) => events.push(event),
    now: () => new Date(),
  })
  opened.push(jobs)
  return jobs
}
const outcome = { summary: 'Made', result: { path: '/x' } }
const untilCancelled = (work: JobWork) =>
  new Promise<never>((_resolve, reject) => {
    work.signal.addEventListener('abort', () => reject(new Error('stopped')))
  })
const states = (id: string) =>
  events.flatMap((event) => (event.kind === 'job.changed' && event.job.id === id ? [event.job.state.kind] : []))

describe('openJobService', () => {
  it('tells of a job from its beginning to its end and keeps the record', async () => {
    const jobs = await open()
    const { id } = jobs.start({
      kind: 'image.pull',
      title: 'Download Debian',
      params: { id: 'debian' },
      run: async (work) => {
        work.progress({ phase: 'Downloading', doneBytes: 10, totalBytes: 100 })
        return outcome
      },
    })
    expect((await jobs.ended(id)).state).toMatchObject({ kind: 'done', ...outcome })
    expect(states(id)).toEqual(['queued', 'running', 'running', 'done'])
    expect(jobs.show(id).log.map((line) => line.replace(/^\S+ /, ''))).toEqual(['Downloading', 'Made'])
    await jobs.close()
    const again = await open()
    expect(again.list()).toMatchObject([{ id, state: { kind: 'done' } }])
    expect(again.retryCall(id)).toEqual({ kind: 'image.pull', params: { id: 'debian' } })
    await again.forget()
    expect(await readdir(folder)).toEqual([])
  })

  it('ends a cancelled job as cancelled, and a closed one as interrupted', async () => {
    const jobs = await open()
    const first = jobs.start({ kind: 'a', title: 'a', run: untilCancelled })
    jobs.cancel(first.id)
    expect((await jobs.ended(first.id)).state.kind).toBe('cancelled')
    const second = jobs.start({ kind: 'a', title: 'b', run: untilCancelled })
    await jobs.close()
    expect(jobs.show(second.id).job.state.kind).toBe('interrupted')
  })

  it('calls a job interrupted whose owner died', async () => {
    const jobs = await open()
    const { id } = jobs.start({ kind: 'a', title: 'a', run: untilCancelled })
    await expect.poll(async () => await readdir(folder)).toEqual([`${id}.json`])
    expect((await open()).show(id).job.state.kind).toBe('interrupted')
    await jobs.close()
  })

  it('runs a queue in order, also past one that is cancelled while it waits', async () => {
    const jobs = await open()
    const order: string[] = []
    const job = (name: string) => ({
      kind: 'a',
      title: name,
      queue: 'disk',
      run: async () => {
        order.push(`${name} begins`)
        await new Promise((resolve) => setTimeout(resolve, 20))
        order.push(`${name} ends`)
        return outcome
      },
    })
    jobs.start(job('one'))
    const two = jobs.start(job('two'))
    const three = jobs.start(job('three'))
    jobs.cancel(two.id)
    await jobs.ended(three.id)
    expect(order).toEqual(['one begins', 'one ends', 'three begins', 'three ends'])
    expect(states(two.id)).toEqual(['queued', 'cancelled'])
  })

  it('holds a paused job at its pause point', async () => {
    const jobs = await open()
    let passed = 0
    const { id } = jobs.start({
      kind: 'a',
      title: 'a',
      canPause: true,
      run: async (work) => {
        await new Promise((resolve) => setTimeout(resolve, 10))
        await work.pausePoint()
        passed += 1
        return outcome
      },
    })
    jobs.pause(id)
    await expect.poll(() => states(id).at(-1)).toBe('paused')
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(passed).toBe(0)
    jobs.resume(id)
    await jobs.ended(id)
    expect(passed).toBe(1)
  })

  it('keeps why a job failed, and refuses what does not fit its state', async () => {
    const jobs = await open()
    const { id } = jobs.start({
      kind: 'a',
      title: 'Copy',
      run: () => Promise.reject(new RefusedError({ code: 'no-space', title: 'The disk is full' })),
    })
    expect((await jobs.ended(id)).state).toMatchObject({ kind: 'failed', failure: { code: 'no-space' } })
    expect(() => jobs.cancel(id)).toThrow('"Copy" has ended')
    expect(() => jobs.retryCall(id)).toThrow('"Copy" cannot be repeated')
    expect(() => jobs.show('nobody')).toThrow('There is no job nobody')
  })
})
