import type { Job, JobProgress } from '#contract/job'
import { openJobStates } from '#contract/job-states'

import type { Route } from '../../state/route.ts'
import { sizeWords } from '../machines/state-words.ts'

/** True for a job that has not ended. */
export function isOpenJob(job: Job): boolean {
  return openJobStates.includes(job.state.kind)
}

export type JobTone = 'good' | 'busy' | 'warn' | 'bad' | 'calm'

/** The state of a job in a word, with the colour that goes with it. */
export function jobStateWords(state: Job['state']): { readonly label: string; readonly tone: JobTone } {
  switch (state.kind) {
    case 'queued':
      return { label: 'Waiting', tone: 'calm' }
    case 'running':
      return { label: 'Running', tone: 'busy' }
    case 'paused':
      return { label: 'Paused', tone: 'warn' }
    case 'done':
      return { label: 'Done', tone: 'good' }
    case 'failed':
      return { label: 'Failed', tone: 'bad' }
    case 'cancelled':
      return { label: 'Cancelled', tone: 'calm' }
    case 'interrupted':
      return { label: 'Interrupted', tone: 'warn' }
  }
}

/** The part of a phase that is done, 0..1; undefined where its length is not known. */
export function jobFraction({ progress, doneBytes, totalBytes }: JobProgress): number | undefined {
  if (progress !== undefined) return progress
  if (doneBytes === undefined || totalBytes === undefined || totalBytes <= 0) return undefined
  return Math.min(1, doneBytes / totalBytes)
}

/** `120.0 MiB of 480.0 MiB, 12.3 MiB/s, 30 s left`: as much of it as is known. */
export function jobAmountWords({ doneBytes, totalBytes, bytesPerSecond, etaSeconds }: JobProgress): string {
  const parts: string[] = []
  if (doneBytes !== undefined)
    parts.push(totalBytes === undefined ? sizeWords(doneBytes) : `${sizeWords(doneBytes)} of ${sizeWords(totalBytes)}`)
  if (bytesPerSecond !== undefined) parts.push(`${sizeWords(Math.round(bytesPerSecond))}/s`)
  if (etaSeconds !== undefined) parts.push(`${durationWords(etaSeconds)} left`)
  return parts.join(', ')
}

/** Seconds as people say them: `8 s`, `3 min`, `2 h 5 min`. */
export function durationWords(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** Open jobs first, and among both kinds the newest first. */
export function arrangeJobs(jobs: Iterable<Job>): readonly Job[] {
  return [...jobs].toSorted(
    (a, b) => Number(isOpenJob(b)) - Number(isOpenJob(a)) || b.createdAt.localeCompare(a.createdAt),
  )
}

/** Where what a job made or worked on is to be seen; undefined: it has not ended well, or there is no such place. */
export function jobPlace({ kind, state, subject }: Job): { readonly label: string; readonly route: Route } | undefined {
  if (state.kind !== 'done') return undefined
  const { id } = state.result
  if (typeof id === 'string') {
    if (kind === 'container.create') return { label: 'Open the container', route: { kind: 'container', id } }
    if (makesMachine.has(kind)) return { label: 'Open the machine', route: { kind: 'machine', id, tab: 'serial' } }
  }
  return subject?.kind === 'disk' ? { label: 'Show the disk', route: { kind: 'disks', path: subject.id } } : undefined
}

const makesMachine: ReadonlySet<string> = new Set(['vm.build', 'vm.clone', 'disk.import'])
