/** One line of `npm run bench`: `ratio` is Petri's value divided by the baseline's, both in `unit`. */
export function printMeasure(name: string, value: number, unit: string, baseline: number): void {
  const round = (number: number) => Number(number.toPrecision(4))
  console.log(
    JSON.stringify({ name, value: round(value), unit, baseline: round(baseline), ratio: round(value / baseline) }),
  )
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}
