import { apiCalls } from '#contract/api'
import type { JobService } from '../services/jobs/job-service.ts'
import { RefusedError } from '../services/refused-error.ts'
import { bound, type Handlers } from './dispatch.ts'

type JobCallNames = { readonly [N in keyof Handlers as N extends `job.${string}` ? N : never]: Handlers[N] }

/** The calls about jobs. `again` makes the call that began a job once more; its answer must name the new job. */
export function jobHandlers(
  jobs: JobService,
  again: (name: string, params: unknown, signal: AbortSignal) => Promise<unknown>,
): JobCallNames {
  return {
    'job.list': bound(apiCalls['job.list'], () => [...jobs.list()]),
    'job.show': bound(apiCalls['job.show'], ({ id }) => {
      const { job, log } = jobs.show(id)
      return { job, log: [...log] }
    }),
    'job.cancel': bound(apiCalls['job.cancel'], ({ id }) => done(jobs.cancel(id))),
    'job.pause': bound(apiCalls['job.pause'], ({ id }) => done(jobs.pause(id))),
    'job.resume': bound(apiCalls['job.resume'], ({ id }) => done(jobs.resume(id))),
    'job.retry': bound(apiCalls['job.retry'], async ({ id }, signal) => {
      const { kind, params } = jobs.retryCall(id)
      const answer = await again(kind, params, signal)
      if (typeof answer === 'object' && answer !== null && 'jobId' in answer && typeof answer.jobId === 'string')
        return { jobId: answer.jobId }
      throw new RefusedError({ code: 'internal', title: 'The job was repeated, and its answer names no job' })
    }),
    'job.forget': bound(apiCalls['job.forget'], async ({ id }) => done(await jobs.forget(id))),
  }
}

/** For calls whose result is that they happened. */
const done = (_nothing: void) => ({})
