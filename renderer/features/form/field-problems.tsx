import type { ReactNode } from 'react'

import type { Problem } from '#contract/problem'

import { fieldId, problemsAt } from './problems-at.ts'

interface ProblemProps {
  readonly id: string
  readonly size: 'sm'
  readonly error?: ReactNode
  readonly description?: ReactNode
}

/** What every Mantine input that stands for a field of a spec shares: its id, and the problems of its field. */
export function problemProps(problems: readonly Problem[], path: string, hint?: string): ProblemProps {
  const { errors, warnings } = problemsAt(problems, path)
  const description = warnings.length > 0 ? <Messages problems={warnings} tone="tone-warn" /> : hint
  return {
    id: fieldId(path),
    size: 'sm',
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
