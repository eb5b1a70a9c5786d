import type { Job, JobState } from '#contract/job'
import { openJobStates } from '#contract/job-states'

import { callApi } from './call-api.ts'
import { type CliContext, type PetriSession } from './cli-context.ts'
import { cancelledFailure, CliFailure } from './cli-failure.ts'
import { jobLine } from './job-line.ts'

/** A job that ended well: what came of it in words and for programs. */
export type DoneJob = Extract<JobState, { readonly kind: 'done' }>

/**
 * Waits for a job's end and, on a terminal, shows on standard error how far it is. A signal cancels the job and waits
 * until it has cleaned up. Throws `CliFailure`: the job's own failure, cancelled, or unavailable when the owner is gone.
 */
export async function waitForJob(context: CliContext, session: PetriSession, jobId: string): Promise<DoneJob> {
  const display = progressDisplay(context)
  try {
    const { state } = await ended(context, session, jobId, display.show)
    switch (state.kind) {
      case 'done':
        return state
      case 'failed':
        throw new CliFailure(state.failure)
      case 'interrupted':
        throw ownerGone()
      default:
        throw new CliFailure(cancelledFailure)
    }
  } finally {
    display.end()
  }
}

async function ended(
  { signal }: CliContext,
  session: PetriSession,
  jobId: string,
  show: (job: Job) => void,
): Promise<Job> {
  // Outlives the command's own signal, which ends the job first.
  const patient = new AbortController().signal
  let endSubscription = (): void => undefined
  let onAbort = (): void => undefined
  try {
    return await new Promise<Job>((resolve, reject) => {
      const fail = (error: unknown): void => reject(error instanceof Error ? error : new Error(String(error)))
      const look = (job: Job): void => {
        if (openJobStates.includes(job.state.kind)) show(job)
        else resolve(job)
      }
      onAbort = () => {
        // It may have ended in this moment; then its end is on its way as an event.
        callApi(session, 'job.cancel', { id: jobId }, patient).catch(() => undefined)
      }
      session.lost.then(() => fail(ownerGone()), fail)
      // Subscribed before the look at the present state, so that no change can fall between the two.
      endSubscription = session.app.subscribe((event) => {
        if (event.kind === 'job.changed' && event.job.id === jobId) look(event.job)
        if (event.kind === 'job.removed' && event.id === jobId) fail(new CliFailure(cancelledFailure))
      })
      callApi(session, 'job.show', { id: jobId }, patient).then(({ job }) => look(job), fail)
      signal.addEventListener('abort', onAbort)
      if (signal.aborted) onAbort()
    })
  } finally {
    endSubscription()
    signal.removeEventListener('abort', onAbort)
  }
}

/** One line that is written over and over; nothing where standard error is no terminal. */
function progressDisplay({ stderr }: CliContext) {
  if (stderr.isTTY !== true) return { show: (_job: Job) => undefined, end: () => undefined }
  let shown = false
  return {
    show(job: Job) {
      stderr.write(`\r${jobLine(job, stderr.columns ?? 80)}\u001B[K`)
      shown = true
    },
    end() {
      if (shown) stderr.write('\r\u001B[K')
    },
  }
}

const ownerGone = (): CliFailure =>
  new CliFailure({
    code: 'unavailable',
    title: 'The Petri that ran this job has ended',
    cure: { text: 'See how far it came:', command: 'petri job list' },
  })
