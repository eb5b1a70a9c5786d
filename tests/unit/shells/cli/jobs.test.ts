import { describe, expect, it, vi } from 'vitest'

import type { Job, JobState } from '#contract/job'
import { type App } from '../../../../main/api/app.ts'
import { jobLine } from '../../../../main/shells/cli/job-line.ts'
import { createFakeApp, type FakeApp } from '../../../fakes/fake-app.ts'
import { startCli } from './cli-run.ts'

const at = '2026-01-02T03:04:05.000Z'
const job = (state: JobState): Job => ({
  id: 'job-1',
  kind: 'image.pull',
  title: 'Download Debian',
  createdAt: at,
  canPause: true,
  canRetry: true,
  state,
})
const running = job({ kind: 'running', since: at, at: { phase: 'Downloading', doneBytes: 1024, totalBytes: 4096 } })
const done = job({ kind: 'done', at, seconds: 2, summary: 'It is there.', result: { path: '/x' } })
const failure = { code: 'no-space', title: 'The disk is full' } as const

/** The app with one job, as `shown`; what is asked of it is kept in `calls`. */
function withJob(app: FakeApp, shown: Job, onCancel: () => void = () => undefined): App {
  return {
    ...app,
    dispatch: async (name, params, options) => {
      if (name === 'job.list') return { ok: true, value: [shown] }
      if (name === 'job.show') return { ok: true, value: { job: shown, log: [`${at} Downloading`] } }
      if (name === 'job.retry') return { ok: true, value: { jobId: 'job-1' } }
      if (name === 'job.cancel') onCancel()
      return name.startsWith('job.') ? { ok: true, value: {} } : app.dispatch(name, params, options)
    },
  }
}

describe('job list and show', () => {
  it('print for people and for programs', async () => {
    const app = withJob(createFakeApp(), running)
    const list = startCli(app, ['job', 'list'])
    expect(await list.exitCode).toBe(0)
    expect(list.out()).toMatch(/job-1\s+running\s+Download Debian\s+Downloading, 25 %, 1.0 KiB of 4.0 KiB/)
    const json = startCli(app, ['job', 'list', '--json'])
    await json.exitCode
    expect(JSON.parse(json.out())).toEqual([running])
    const show = startCli(withJob(createFakeApp(), job({ kind: 'failed', at, failure })), ['job', 'show', 'job-1'])
    expect(await show.exitCode).toBe(0)
    expect(show.out()).toContain('Download Debian: failed (The disk is full)')
    expect(show.out()).toContain(`${at} Downloading`)
  })
})

describe('waiting for a job', () => {
  it('ends with its result', async () => {
    const app = createFakeApp()
    const cli = startCli(withJob(app, running), ['job', 'retry', 'job-0', '--json'])
    await vi.waitFor(() => expect(app.subscribers).toBe(1))
    app.announce({ kind: 'job.changed', job: { ...done, id: 'job-2' } })
    app.announce({ kind: 'job.changed', job: done })
    expect(await cli.exitCode).toBe(0)
    expect(JSON.parse(cli.out())).toEqual({ jobId: 'job-1', result: { path: '/x' } })
    expect(cli.err()).toBe('')
    expect(app.subscribers).toBe(0)
  })

  it('turns its failure into the failure of the command', async () => {
    const cli = startCli(withJob(createFakeApp(), job({ kind: 'failed', at, failure })), ['job', 'retry', 'job-0'])
    expect(await cli.exitCode).toBe(9)
    expect(cli.err()).toContain('The disk is full')
  })

  it('cancels it on a signal and waits until it has cleaned up', async () => {
    const app = createFakeApp()
    const onCancel = vi.fn<() => void>()
    const cli = startCli(withJob(app, running, onCancel), ['job', 'retry', 'job-0'])
    await vi.waitFor(() => expect(app.subscribers).toBe(1))
    cli.abort()
    await vi.waitFor(() => expect(onCancel).toHaveBeenCalledOnce())
    expect(app.subscribers).toBe(1)
    app.announce({ kind: 'job.changed', job: job({ kind: 'cancelled', at }) })
    expect(await cli.exitCode).toBe(130)
  })

  it('ends with 5 when the owner goes away', async () => {
    const app = createFakeApp()
    const cli = startCli(withJob(app, running), ['job', 'retry', 'job-0'])
    await vi.waitFor(() => expect(app.subscribers).toBe(1))
    cli.loseOwner()
    expect(await cli.exitCode).toBe(5)
  })
})

describe('jobLine', () => {
  it('never reaches the end of the line and steers no terminal', () => {
    const long = job({ kind: 'running', since: at, at: { phase: `\u001B[2J${'x'.repeat(300)}` } })
    const line = jobLine(long, 40)
    expect(line).toHaveLength(39)
    expect(line).not.toContain('\u001B')
  })
})
