import { randomBytes } from 'node:crypto'

import type { Failure } from '#contract/failure'
import type { Job, JobProgress, JobState, JobSubject } from '#contract/job'
import { openJobStates } from '#contract/job-states'
import { RefusedError } from '../refused-error.ts'
import { createJobControl, type JobControl, type JobWork } from './job-control.ts'
import { openJobRecords } from './job-records.ts'

/** Progress goes out at most this often, in ms: four times a second looks smooth and costs nothing. */
const PROGRESS_EVERY_MS = 250

export interface JobRequest {
  /** The call that begins it, as in the contract's table; with `params`, what `job.retry` calls again. */
  readonly kind: string
  readonly title: string
  readonly subject?: JobSubject
  readonly params?: unknown
  /** True when the work waits at `work.pausePoint`. */
  readonly canPause?: boolean
  /** Jobs of one queue run one after the other; without it, at once. */
  readonly queue?: string
  /** Does the work. On failure or cancellation it must leave nothing half-made behind before it rejects. */
  readonly run: (work: JobWork) => Promise<JobOutcome>
}

export interface JobOutcome {
  /** What came of it, in a sentence. */
  readonly summary: string
  /** The same for programs: JSON. */
  readonly result: Readonly<Record<string, unknown>>
}

export type JobEvent =
  | { readonly kind: 'job.changed'; readonly job: Job }
  | { readonly kind: 'job.removed'; readonly id: string }

/** Runs long actions, tells of their progress and remembers how they ended. */
export interface JobService {
  /** Begins a job, or queues it; its end is an event and a record. Never throws. */
  start(request: JobRequest): Job
  list(): readonly Job[]
  show(id: string): { readonly job: Job; readonly log: readonly string[] }
  cancel(id: string): void
  pause(id: string): void
  resume(id: string): void
  /** The call that would begin this ended job again. Throws RefusedError where there is none. */
  retryCall(id: string): { readonly kind: string; readonly params: unknown }
  forget(id?: string): Promise<void>
  /** Resolves with the job when it has ended. */
  ended(id: string): Promise<Job>
  /** Cancels what runs and waits for it; the records then say `interrupted`. */
  close(): Promise<void>
}

/** Reads the records of earlier jobs: one that was open then has been interrupted. */
export async function openJobService(options: {
  readonly folder: string
  readonly toFailure: (error: unknown) => Failure
  readonly onEvent: (event: JobEvent) => void
  readonly now: () => Date
}): Promise<JobService> {
  const { onEvent, now, toFailure } = options
  const records = await openJobRecords(options.folder, now)
  const running = new Map<string, { readonly control: JobControl; readonly end: Promise<Job> }>()
  const lastInQueue = new Map<string, Promise<unknown>>()
  let closing = false

  const must = (id: string) => {
    const record = records.get(id)
    if (!record) throw new RefusedError({ code: 'not-found', title: `There is no job ${id}` })
    return record
  }
  const change = (id: string, state: JobState): Job => {
    const job = { ...must(id).job, state }
    records.put(id, { job })
    onEvent({ kind: 'job.changed', job })
    return job
  }
  const mustRun = (id: string) => {
    const { job } = must(id)
    const found = running.get(id)
    if (found) return found.control
    throw new RefusedError({ code: 'conflict', title: `"${job.title}" has ended` })
  }
  const mustHaveEnded = (id: string) => {
    const record = must(id)
    if (openJobStates.includes(record.job.state.kind))
      throw new RefusedError({
        code: 'conflict',
        title: `"${record.job.title}" has not ended`,
        cure: { text: 'Cancel it first.', command: `petri job cancel ${id}` },
      })
    return record
  }

  const runJob = async (id: string, request: JobRequest, control: JobControl, before: Promise<unknown>) => {
    try {
      await control.orCancelled(before)
      const startedMs = now().getTime()
      const since = now().toISOString()
      control.onChange(
        (at: JobProgress, paused: boolean) => void change(id, { kind: paused ? 'paused' : 'running', since, at }),
      )
      const { summary, result } = await request.run(control.work)
      control.work.log(summary)
      const seconds = Math.max(0, now().getTime() - startedMs) / 1000
      return change(id, { kind: 'done', at: now().toISOString(), seconds, summary, result: { ...result } })
    } catch (error) {
      const at = now().toISOString()
      if (control.work.signal.aborted) return change(id, { kind: closing ? 'interrupted' : 'cancelled', at })
      const failure = toFailure(error)
      control.work.log(`Failed: ${failure.title}${failure.evidence === undefined ? '' : ` — ${failure.evidence}`}`)
      return change(id, { kind: 'failed', at, failure })
    } finally {
      control.end()
      running.delete(id)
      // What was made stands by itself; its record is a memory of it, and nobody waits for the disk to have that too.
      void records.save(id)
    }
  }

  return {
    start(request) {
      const id = `job-${randomBytes(6).toString('hex')}`
      const job: Job = {
        id,
        kind: request.kind,
        title: request.title,
        ...(request.subject && { subject: request.subject }),
        createdAt: now().toISOString(),
        canPause: request.canPause ?? false,
        canRetry: request.params !== undefined,
        state: { kind: 'queued' },
      }
      records.put(id, { job, params: request.params, log: [] })
      const log = (line: string) => records.log(id, line)
      const control = createJobControl({ log, everyMs: PROGRESS_EVERY_MS, nowMs: () => now().getTime() })
      onEvent({ kind: 'job.changed', job })
      const before = (request.queue !== undefined && lastInQueue.get(request.queue)) || Promise.resolve()
      const end = runJob(id, request, control, before)
      running.set(id, { control, end })
      // A job that is cancelled while it waits ends early; the next one still waits for those before.
      if (request.queue !== undefined) lastInQueue.set(request.queue, Promise.all([before, end]))
      void records.save(id)
      return must(id).job
    },
    list: () => records.all().map(({ job }) => job),
    show: (id) => ({ job: must(id).job, log: must(id).log }),
    cancel: (id) => mustRun(id).cancel(),
    pause(id) {
      const control = mustRun(id)
      const { job } = must(id)
      if (!job.canPause) throw new RefusedError({ code: 'conflict', title: `"${job.title}" cannot be paused` })
      control.pause()
    },
    resume: (id) => mustRun(id).resume(),
    retryCall(id) {
      const { job, params } = mustHaveEnded(id)
      if (params === undefined) throw new RefusedError({ code: 'conflict', title: `"${job.title}" cannot be repeated` })
      return { kind: job.kind, params }
    },
    async forget(id) {
      const ids = id === undefined ? records.all().map(({ job }) => job.id) : [mustHaveEnded(id).job.id]
      for (const each of ids) {
        if (running.has(each)) continue
        await records.remove(each)
        onEvent({ kind: 'job.removed', id: each })
      }
    },
    ended: async (id) => (await running.get(id)?.end) ?? must(id).job,
    async close() {
      closing = true
      const open = [...running.values()]
      for (const { control } of open) control.cancel()
      await Promise.all(open.map(({ end }) => end))
      await records.settled()
    },
  }
}
