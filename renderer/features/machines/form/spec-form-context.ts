import type { Problem } from '#contract/problem'
import type { VmDraft } from '#contract/vm-spec'

/** What every section of the form gets: what is chosen so far, how to change it, and what is wrong with it. */
export interface SpecForm {
  readonly draft: VmDraft
  readonly change: (patch: Partial<VmDraft>) => void
  readonly problems: readonly Problem[]
  /** Nothing can be changed now. */
  readonly disabled: boolean
  /** Whether a field can change now; absent: every one. What cannot is marked as needing the machine to be off. */
  readonly canChange?: (path: string) => boolean
}

/** Whether the control for a field is out of use, for whatever reason. */
export function isFixed(form: SpecForm, path: string): boolean {
  return form.disabled || needsOff(form, path)
}

export function needsOff({ canChange }: SpecForm, path: string): boolean {
  return canChange !== undefined && !canChange(path)
}

/** The first free id of the form `disk0`, `disk1`, ... */
export function freeId(prefix: string, taken: readonly { readonly id: string }[]): string {
  const ids = new Set(taken.map((item) => item.id))
  let number = 0
  while (ids.has(`${prefix}${number}`)) number += 1
  return `${prefix}${number}`
}
