import type { ApiEvent, CallParams, CallResult } from '#contract/api'
import type { Job } from '#contract/job'
import { openJobStates } from '#contract/job-states'

type JobCallName = 'job.list' | 'job.show' | 'job.cancel' | 'job.pause' | 'job.resume' | 'job.retry' | 'job.forget'
type JobHandlers = { readonly [N in JobCallName]: (params: CallParams<N>) => CallResult<N> }

const at = '2026-03-02T09:30:00.000Z'

/** Answers the calls about jobs from memory, and announces every change. */
export function fakeJobHandlers(jobs: readonly Job[], announce: (event: ApiEvent) => void): JobHandlers {
  const byId = new Map(jobs.map((job) => [job.id, job]))
  const find = (id: string): Job => {
    const job = byId.get(id)
    if (job === undefined) throw new Error(`There is no job ${id}`)
    return job
  }
  const change = (id: string, state: Job['state']): Record<string, never> => {
    const job = { ...find(id), state }
    byId.set(id, job)
    announce({ kind: 'job.changed', job })
    return {}
  }
  const progressOf = ({ state }: Job) =>
    state.kind === 'running' || state.kind === 'paused' ? state.at : { phase: 'Starting' }
  return {
    'job.list': () => [...byId.values()],
    'job.show': ({ id }) => ({ job: find(id), log: [`${at} Asking cloud.example`, `${at} Downloading`] }),
    'job.cancel': ({ id }) => change(id, { kind: 'cancelled', at }),
    'job.pause': ({ id }) => change(id, { kind: 'paused', since: at, at: progressOf(find(id)) }),
    'job.resume': ({ id }) => change(id, { kind: 'running', since: at, at: progressOf(find(id)) }),
    'job.retry': ({ id }) => {
      const again = { ...find(id), id: `${id}-again`, createdAt: at }
      byId.set(again.id, again)
      change(again.id, { kind: 'running', since: at, at: { phase: 'Starting' } })
      return { jobId: again.id }
    },
    'job.forget': ({ id }) => {
      for (const job of byId.values()) {
        if (openJobStates.includes(job.state.kind) || (id !== undefined && job.id !== id)) continue
        byId.delete(job.id)
        announce({ kind: 'job.removed', id: job.id })
      }
      return {}
    },
  }
}

/** One job of each state. */
export function showcaseJobs(): readonly Job[] {
  const job = (id: string, title: string, state: Job['state'], change: Partial<Job> = {}): Job => ({
    id,
    kind: 'image.pull',
    title,
    createdAt: at,
    canPause: true,
    canRetry: true,
    state,
    ...change,
  })
  const bytes = { doneBytes: 129_000_000, totalBytes: 517_000_000, bytesPerSecond: 11_800_000, etaSeconds: 33 }
  return [
    job('job-running', 'Download Debian 12 (bookworm), arm64', {
      kind: 'running',
      since: at,
      at: { phase: 'Downloading', ...bytes },
    }),
    job('job-unknown', 'Copy the machine web', { kind: 'running', since: at, at: { phase: 'Copying disks' } }),
    job('job-paused', 'Download Fedora 41, x86-64', {
      kind: 'paused',
      since: at,
      at: { phase: 'Downloading', ...bytes },
    }),
    job('job-queued', 'Download Alpine 3.21, x86-64', { kind: 'queued' }),
    job(
      'job-failed',
      'Download a-name-without-any-space-that-goes-on-and-on-and-on-and-on-and-on-until-it-has-to-wrap.qcow2',
      {
        kind: 'failed',
        at,
        failure: {
          code: 'command-failed',
          title: 'The file is not what its publisher says it is',
          evidence: 'expected sha256 9f86d081884c7d65…, got 60303ae22b998861…',
          cause: 'The mirror holds another version, or somebody changed the file on its way.',
          cure: { text: 'Try again later, or take it from another server.' },
        },
      },
    ),
    job('job-done', 'Download Ubuntu 24.04, armhf', {
      kind: 'done',
      at,
      seconds: 95,
      summary: 'Ubuntu 24.04 is in the library of images; its signature was checked.',
      result: {},
    }),
    job('job-cancelled', 'Convert old.vmdk', { kind: 'cancelled', at }, { canRetry: false }),
    job('job-interrupted', 'Download openSUSE Leap 15.6', { kind: 'interrupted', at }),
  ]
}
