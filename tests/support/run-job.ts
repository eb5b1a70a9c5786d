import type { CallName, CallParams } from '#contract/api'
import type { Job } from '#contract/job'
import type { App } from '../../main/api/app.ts'

/** Makes a call that begins a job, and gives the job when it has ended, however it did. */
export async function endedJob<N extends CallName>(app: App, name: N, params: CallParams<N>): Promise<Job> {
  const ended = new Map<string, Job>()
  let wake = () => {}
  const unsubscribe = app.subscribe((event) => {
    if (event.kind !== 'job.changed' || ['queued', 'running', 'paused'].includes(event.job.state.kind)) return
    ended.set(event.job.id, event.job)
    wake()
  })
  try {
    const outcome = await app.dispatch(name, params)
    if (!outcome.ok) throw new Error(`${name}: ${JSON.stringify(outcome.failure)}`)
    const { value } = outcome
    const jobId = typeof value === 'object' && value !== null && 'jobId' in value ? String(value.jobId) : ''
    for (;;) {
      const job = ended.get(jobId)
      if (job) return job
      await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    unsubscribe()
  }
}

/** The same for a job that has to succeed: gives its result. */
export async function jobResult<N extends CallName>(
  app: App,
  name: N,
  params: CallParams<N>,
): Promise<Readonly<Record<string, unknown>>> {
  const { state } = await endedJob(app, name, params)
  if (state.kind !== 'done') throw new Error(`${name}: ${JSON.stringify(state)}`)
  return state.result
}
