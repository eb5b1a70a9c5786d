import type { JobWork } from '../jobs/job-control.ts'
import type { JobOutcome, JobService } from '../jobs/job-service.ts'
import type { Hold } from './vm-holds.ts'

/** A long action on one machine. */
export interface VmJobRequest<T> {
  readonly id: string
  /** Stands in "Petri is ... NAME". */
  readonly what: string
  /** The call that begins it, with its parameters. */
  readonly kind: string
  readonly title: string
  readonly params: unknown
  /** Refuses before there is a job, and gathers what the work needs. */
  readonly prepare: () => Promise<T>
  readonly run: (prepared: T, work: JobWork) => Promise<JobOutcome>
  /** Called when it is over, however it ended. */
  readonly onEnd?: () => void
}

/** Starts a job that holds its machine until it ends: nothing else happens to the machine meanwhile. Returns its id. */
export async function startVmJob<T>(hold: Hold, jobs: JobService, request: VmJobRequest<T>): Promise<string> {
  const release = await hold(request.id, request.what)
  try {
    const prepared = await request.prepare()
    const started = jobs.start({
      kind: request.kind,
      title: request.title,
      subject: { kind: 'vm', id: request.id },
      params: request.params,
      run: async (work) => {
        try {
          return await request.run(prepared, work)
        } finally {
          // Before the end is announced: who hears of it may ask for the next thing at once.
          release()
          request.onEnd?.()
        }
      },
    })
    // A job that is cancelled before it begins never runs.
    void jobs.ended(started.id).finally(release)
    return started.id
  } catch (error) {
    release()
    throw error
  }
}
