/** One line of `npm run bench`: `ratio` is Petri's value divided by the baseline's, both in `unit`. */
export function printMeasure(
  name: string,
  value: number,
  unit: string,
  baseline: number,
  ratio = value / baseline,
): void {
  const round = (number: number) => Number(number.toPrecision(4))
  console.log(JSON.stringify({ name, value: round(value), unit, baseline: round(baseline), ratio: round(ratio) }))
}

/**
 * The same for alternating runs, one of Petri and one of the baseline in each round: medians of both, and as `ratio` the
 * median of the rounds' own ratios. A shared machine gets slower and faster by a quarter within a minute; that moves both
 * runs of a round alike, and the medians of all rounds apart.
 */
export function printRounds(name: string, petri: readonly number[], unit: string, baseline: readonly number[]): void {
  if (petri.length !== baseline.length) throw new Error(`${name}: ${petri.length} runs against ${baseline.length}`)
  const ratios = petri.map((value, round) => value / (baseline[round] ?? Number.NaN))
  printMeasure(name, median(petri), unit, median(baseline), median(ratios))
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

export function percentile95(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? Number.NaN
}
