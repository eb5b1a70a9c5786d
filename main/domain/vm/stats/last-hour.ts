import type { StatsSample } from '#contract/vm-stats'

const HOUR_MS = 3_600_000

/** The samples of the last hour with one more, in order. */
export function withSample(samples: readonly StatsSample[], sample: StatsSample): readonly StatsSample[] {
  const oldest = sample.atMs - HOUR_MS
  const first = samples.findIndex(({ atMs }) => atMs > oldest)
  return [...(first < 0 ? [] : samples.slice(first)), sample]
}
