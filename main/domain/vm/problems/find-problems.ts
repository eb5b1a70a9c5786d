import type { Problem } from '#contract/problem'
import type { VmSpec } from '#contract/vm-spec'

import type { VmFacts } from '../host-facts.ts'
import { hostProblems } from './host-problems.ts'

/** Every problem of a machine on this host, errors and warnings. */
export function findProblems(spec: VmSpec, facts: VmFacts): readonly Problem[] {
  return [...hostProblems(spec, facts)]
}
