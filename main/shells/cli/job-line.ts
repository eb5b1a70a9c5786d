import { type Job, type JobProgress } from '#contract/job'

import { safeText } from './safe-text.ts'
import { sizeText } from './size-text.ts'
import { cutText } from './table-text.ts'

/** A job that runs as one line of at most `columns` - 1 cells: phase, part done, bytes, rate, time left. */
export function jobLine(job: Job, columns: number): string {
  const { state } = job
  const text =
    state.kind === 'running' || state.kind === 'paused'
      ? `${state.kind === 'paused' ? 'Paused: ' : ''}${progressText(state.at)}`
      : 'Waiting for the jobs before it'
  return cutText(safeText(text), Math.max(1, columns - 1))
}

/** `Downloading, 25 %, 120.0 MiB of 480.0 MiB, 12.3 MiB/s, 30 s left`: as much of it as is known. */
export function progressText(at: JobProgress): string {
  const { doneBytes, totalBytes, bytesPerSecond, etaSeconds } = at
  const part = at.progress ?? (doneBytes !== undefined && totalBytes ? Math.min(1, doneBytes / totalBytes) : undefined)
  const texts = [at.phase]
  if (part !== undefined) texts.push(`${Math.floor(part * 100)} %`)
  if (doneBytes !== undefined)
    texts.push(totalBytes === undefined ? sizeText(doneBytes) : `${sizeText(doneBytes)} of ${sizeText(totalBytes)}`)
  if (bytesPerSecond !== undefined) texts.push(`${sizeText(bytesPerSecond)}/s`)
  if (etaSeconds !== undefined) texts.push(`${timeText(etaSeconds)} left`)
  return texts.join(', ')
}

function timeText(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds))
  if (whole < 120) return `${whole} s`
  const minutes = Math.round(whole / 60)
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`
}
