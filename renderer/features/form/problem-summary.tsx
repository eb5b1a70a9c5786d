import type { Problem } from '#contract/problem'
import { CircleX, TriangleAlert } from 'lucide-react'

import { fieldId } from './problems-at.ts'

/** All problems at once, each leading to its field; those of no field are told here alone. */
export function ProblemSummary({ problems }: { readonly problems: readonly Problem[] }) {
  const errors = problems.filter((problem) => problem.severity === 'error').length
  return (
    <div role="status" aria-live="polite">
      {problems.length > 0 && (
        <div className="problem-summary" data-errors={errors > 0 || undefined}>
          <h2 className="problem-summary-title">{titleWords(errors, problems.length - errors)}</h2>
          <ul className="problem-list">
            {problems.map((problem) => (
              <li key={`${problem.field} ${problem.code}`}>
                {problem.severity === 'error' ? (
                  <CircleX size={15} className="tone-bad" aria-label="Error" />
                ) : (
                  <TriangleAlert size={15} className="tone-warn" aria-label="Warning" />
                )}
                <button type="button" className="problem-link" onClick={() => focusField(problem.field)}>
                  {problem.message}
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  )
}

function titleWords(errors: number, warnings: number): string {
  if (errors === 0) return warnings === 1 ? 'One thing to know' : `${warnings} things to know`
  return errors === 1 ? 'One thing has to change' : `${errors} things have to change`
}

/** Moves to the field, or to the nearest one that holds it. */
function focusField(path: string): void {
  let name = path
  while (name !== '') {
    const control = document.querySelector<HTMLElement>(`#${fieldId(name)}`)
    if (control !== null) {
      control.scrollIntoView({ block: 'center' })
      control.focus()
      return
    }
    name = name.replace(/(?:\.[^.[\]]+|\[\d+\]|^[^.[\]]+)$/, '')
  }
}
