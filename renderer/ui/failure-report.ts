import type { FailureFacts } from './failure-card.tsx'

/** A failure as plain text for a bug report: one fact per line, the raw output last and unedited. */
export function failureReport(failure: FailureFacts, about?: string): string {
  const lines = [
    `Petri: ${failure.title}`,
    about === undefined ? undefined : `About: ${about}`,
    `Code: ${failure.code}`,
    failure.evidence === undefined ? undefined : `Evidence: ${failure.evidence}`,
    failure.cause === undefined ? undefined : `Cause: ${failure.cause}`,
    ...(failure.problems ?? []).map(
      (problem) => `Problem: ${problem.field === '' ? '' : `${problem.field}: `}${problem.message}`,
    ),
    failure.cure === undefined ? undefined : `Cure: ${failure.cure.text}`,
    failure.cure?.command === undefined ? undefined : `Command: ${failure.cure.command}`,
    failure.raw === undefined ? undefined : `Raw output:\n${failure.raw}`,
  ]
  return `${lines.filter((line) => line !== undefined).join('\n')}\n`
}
