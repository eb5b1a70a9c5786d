import type { TargetFormat } from '#contract/disk'
import { formatOptions } from '#contract/format-options'

/** What is wrong with an option, as a sentence; undefined when it is fine. */
export function optionProblem(format: TargetFormat, name: string, value: string): string | undefined {
  const known = formatOptions[format]
  const option = Object.hasOwn(known, name) ? known[name] : undefined
  if (!option) return `${format} has no option ${name} here; there are: ${Object.keys(known).join(', ')}`
  return option.pattern.test(value) ? undefined : `${name}=${value} is not a value of this option`
}
