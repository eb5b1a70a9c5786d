import type { JobProgress } from '#contract/job'

/** Span over which a rate is measured, in ms: short enough to follow a change, long enough not to flicker. */
const WINDOW_MS = 5_000
/** Samples are no closer than this, in ms: work that reports each piece may do so thousands of times a second. */
const SAMPLE_EVERY_MS = 100
/** No rate before this much has been seen, in ms. */
const FIRST_RATE_MS = 500

/** Measures rate and remaining time from a growing number of bytes. */
export function createRateMeter() {
  let samples: { readonly ms: number; readonly bytes: number }[] = []
  return {
    reset() {
      samples = []
    },
    /** Rate in bytes a second and remaining seconds, where they are known by now. */
    measure({ doneBytes, totalBytes }: JobProgress, nowMs: number): Pick<JobProgress, 'bytesPerSecond' | 'etaSeconds'> {
      if (doneBytes === undefined) return {}
      const last = samples.at(-1)
      if (last === undefined || nowMs - last.ms >= SAMPLE_EVERY_MS || nowMs < last.ms)
        samples = [...samples.filter(({ ms }) => ms > nowMs - WINDOW_MS), { ms: nowMs, bytes: doneBytes }]
      const first = samples[0]
      if (first === undefined || nowMs - first.ms < FIRST_RATE_MS) return {}
      const bytesPerSecond = ((doneBytes - first.bytes) * 1000) / (nowMs - first.ms)
      if (totalBytes === undefined || bytesPerSecond <= 0) return { bytesPerSecond }
      return { bytesPerSecond, etaSeconds: Math.max(0, totalBytes - doneBytes) / bytesPerSecond }
    },
  }
}
