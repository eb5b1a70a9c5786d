import { once } from 'node:events'

import type { JobProgress } from '#contract/job'
import { createRateMeter } from './rate-meter.ts'

/** What a job's work gets: the way to be stopped, and to tell how far it is. */
export interface JobWork {
  /** Aborted on cancel: stop, remove what is half-made, reject. */
  readonly signal: AbortSignal
  /** States how far it is. Rate and remaining time are measured here from `doneBytes`, unless given. */
  progress(at: JobProgress): void
  /** Adds a line to the job's log. */
  log(line: string): void
  /** Resolves at once, or when a pause is over. Rejects on cancel. */
  pausePoint(): Promise<void>
  /** Tells of each pause and its end, for work that another process does. Returns the end of it. */
  onPause(listener: (paused: boolean) => void): () => void
}

export type JobControl = ReturnType<typeof createJobControl>

/** The handle on one running job: its work's side, and the side of whoever steers it. */
export function createJobControl(options: {
  readonly log: (line: string) => void
  readonly everyMs: number
  readonly nowMs: () => number
}) {
  const abort = new AbortController()
  const cancelled = once(abort.signal, 'abort')
  const meter = createRateMeter()
  let at: JobProgress = { phase: 'Starting' }
  let tell: ((at: JobProgress, paused: boolean) => void) | undefined
  let timer: NodeJS.Timeout | undefined
  let pause: { readonly over: Promise<void>; end(): void } | undefined
  let lastToldMs = -Infinity
  const pauseListeners = new Set<(paused: boolean) => void>()

  const tellNow = () => {
    clearTimeout(timer)
    timer = undefined
    lastToldMs = options.nowMs()
    tell?.(at, pause !== undefined)
  }
  const resume = () => {
    pause?.end()
    pause = undefined
    meter.reset()
    tellNow()
    for (const listener of pauseListeners) listener(false)
  }
  const orCancelled = async (wait: Promise<unknown>): Promise<void> => {
    await Promise.race([wait, cancelled])
    abort.signal.throwIfAborted()
  }

  const work: JobWork = {
    signal: abort.signal,
    progress(next) {
      const newPhase = next.phase !== at.phase
      if (newPhase) {
        meter.reset()
        options.log(next.phase)
      }
      at = { ...meter.measure(next, options.nowMs()), ...next }
      const waitMs = lastToldMs + options.everyMs - options.nowMs()
      if (newPhase || waitMs <= 0) tellNow()
      else timer ??= setTimeout(tellNow, waitMs)
    },
    log: options.log,
    async pausePoint() {
      abort.signal.throwIfAborted()
      if (pause) await orCancelled(pause.over)
    },
    onPause(listener) {
      pauseListeners.add(listener)
      return () => void pauseListeners.delete(listener)
    },
  }

  return {
    work,
    orCancelled,
    /** From now on the job runs, and changes go there. */
    onChange(listener: (at: JobProgress, paused: boolean) => void) {
      tell = listener
      tellNow()
    },
    cancel: () => abort.abort(new DOMException('The job was cancelled', 'AbortError')),
    pause() {
      if (pause) return
      let end = () => {}
      pause = { over: new Promise((resolve) => (end = resolve)), end: () => end() }
      tellNow()
      for (const listener of pauseListeners) listener(true)
    },
    resume,
    end() {
      clearTimeout(timer)
      tell = undefined
      timer = undefined
    },
  }
}
