import type { Problem } from '#contract/problem'
import type { ReactNode } from 'react'

import { fieldId, isFixed, needsOff, problemsAt, type SpecForm } from './spec-form-context.ts'

interface FieldProps {
  readonly id: string
  readonly size: 'sm'
  readonly disabled: boolean
  readonly error?: ReactNode
  readonly description?: ReactNode
  readonly wrapperProps?: { readonly 'data-needs-off': true }
}

/** What every Mantine input of the form shares: its id, whether it can be changed, and the problems of its field. */
export function fieldProps(form: SpecForm, path: string, hint?: string): FieldProps {
  const { errors, warnings } = problemsAt(form.problems, path)
  const description = warnings.length > 0 ? <Messages problems={warnings} tone="tone-warn" /> : hint
  return {
    id: fieldId(path),
    size: 'sm',
    disabled: isFixed(form, path),
    ...(needsOff(form, path) ? { wrapperProps: { 'data-needs-off': true } } : {}),
    ...(errors.length > 0 ? { error: <Messages problems={errors} tone="tone-bad" /> } : {}),
    ...(description !== undefined ? { description } : {}),
  }
}

function Messages({ problems, tone }: { readonly problems: readonly Problem[]; readonly tone: string }) {
  return problems.map((problem) => (
    <span key={problem.code} className={`field-message ${tone}`}>
      {problem.message}
      {problem.cure !== undefined && ` ${problem.cure}`}
    </span>
  ))
}
