import { type Failure } from '#contract/failure'

import { safeText } from './safe-text.ts'
import { type TextStyle } from './text-style.ts'

/** Lines of another program's output that are shown; `--json` has all of it. */
const RAW_LINES = 20

/** A failure for people: what failed, the proof, the likely cause, what to do. Ends with a line break. */
export function failureText(failure: Failure, style: TextStyle): string {
  const lines = [`${style('red', 'petri:')} ${line(failure.title)}`]
  const problems = failure.problems ?? []
  for (const problem of problems) {
    const mark = problem.severity === 'error' ? style('red', 'error') : style('yellow', 'warning')
    const field = problem.field === '' ? '' : `${style('bold', line(problem.field))}: `
    lines.push(`  ${mark}  ${field}${line(problem.message)}`)
    if (problem.cure !== undefined) lines.push(`         ${line(problem.cure)}`)
  }
  if (failure.evidence !== undefined && problems.every(({ message }) => message !== failure.evidence))
    lines.push(`  > ${line(failure.evidence)}`)
  if (failure.cause !== undefined) lines.push(`  ${line(failure.cause)}`)
  if (failure.cure !== undefined && problems.every(({ cure }) => cure !== failure.cure?.text)) {
    lines.push(`  ${line(failure.cure.text)}`)
    if (failure.cure.command !== undefined) lines.push(`    ${style('bold', line(failure.cure.command))}`)
  }
  if (failure.raw !== undefined) {
    const raw = safeText(failure.raw.trimEnd(), { lines: true }).split('\n')
    lines.push(...raw.slice(-RAW_LINES).map((text) => style('dim', `  | ${text}`)))
  }
  return `${lines.join('\n')}\n`
}

const line = (text: string): string => safeText(text.replaceAll(/\s*\n\s*/g, ' '))
