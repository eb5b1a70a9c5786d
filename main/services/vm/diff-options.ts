import type { CommandDiff } from '#contract/vm-state'
import { diffArrays } from 'diff'

type Options = readonly (readonly string[])[]

/** Both commands option by option: what stayed, what went, what came. An option with another value goes and comes. */
export function diffOptions(before: Options, now: Options): CommandDiff['options'] {
  const parts = diffArrays([...before], [...now], { comparator: isSameOption })
  return parts.flatMap(({ added, removed, value }) => {
    const kind = added ? 'added' : removed ? 'removed' : 'same'
    return value.map((args) => ({ kind, args: [...args] }) as const)
  })
}

const isSameOption = (left: readonly string[], right: readonly string[]): boolean =>
  left.length === right.length && left.every((word, index) => word === right[index])
