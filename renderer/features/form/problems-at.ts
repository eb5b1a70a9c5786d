import type { Problem } from '#contract/problem'

/** The DOM id of the control for a field of the spec, so that a list of problems can lead there. */
export function fieldId(path: string): string {
  return `field-${path.replaceAll(/[^A-Za-z0-9]+/g, '-')}`
}

/** Errors and warnings that name exactly this field. */
export function problemsAt(
  problems: readonly Problem[],
  path: string,
): { readonly errors: readonly Problem[]; readonly warnings: readonly Problem[] } {
  const here = problems.filter((problem) => problem.field === path)
  return {
    errors: here.filter((problem) => problem.severity === 'error'),
    warnings: here.filter((problem) => problem.severity === 'warning'),
  }
}
