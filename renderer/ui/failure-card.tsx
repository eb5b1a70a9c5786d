import { Button, CloseButton } from '@mantine/core'
import { ChevronDown, ChevronRight, OctagonAlert } from 'lucide-react'
import { useId, useState, type ReactNode } from 'react'

import { CommandLine } from './command-line.tsx'
import { CopyButton } from './copy-button.tsx'
import { RawText } from './raw-text.tsx'
import { failureReport } from './failure-report.ts'
import './failure-card.css'

/** What did not work, in the order a person needs it. The API's `Failure` has this shape. */
export interface FailureFacts {
  readonly code: string
  readonly title: string
  readonly evidence?: string | undefined
  readonly cause?: string | undefined
  readonly cure?: { readonly text: string; readonly command?: string | undefined } | undefined
  readonly problems?:
    | readonly { readonly field: string; readonly message: string; readonly cure?: string | undefined }[]
    | undefined
  readonly raw?: string | undefined
}

interface FailureCardProps {
  readonly failure: FailureFacts
  /** The machine or the thing that it happened to, when the title does not name it. */
  readonly about?: string
  /** Buttons that put it right. */
  readonly actions?: ReactNode
  readonly onDismiss?: () => void
}

export function FailureCard({ failure, about, actions, onDismiss }: FailureCardProps) {
  const [rawShown, setRawShown] = useState(false)
  const titleId = useId()
  return (
    <section className="failure-card" role="alert" aria-labelledby={titleId}>
      <OctagonAlert className="failure-icon tone-bad" size={20} aria-hidden />
      <div className="failure-body">
        <h2 id={titleId} className="failure-title wrap-anywhere">
          {about === undefined ? failure.title : `${about}: ${failure.title}`}
        </h2>
        {failure.evidence !== undefined && <blockquote className="failure-evidence">{failure.evidence}</blockquote>}
        {failure.cause !== undefined && <p className="failure-line">{failure.cause}</p>}
        {failure.problems !== undefined && failure.problems.length > 0 && (
          <ul className="failure-problems">
            {failure.problems.map((problem) => (
              <li key={`${problem.field} ${problem.message}`}>
                {problem.message}
                {problem.cure !== undefined && <span className="quiet"> {problem.cure}</span>}
              </li>
            ))}
          </ul>
        )}
        {failure.cure !== undefined && (
          <div className="failure-cure">
            <p className="failure-line">{failure.cure.text}</p>
            {failure.cure.command !== undefined && <CommandLine command={failure.cure.command} />}
          </div>
        )}
        <div className="failure-actions">
          {actions}
          <CopyButton text={failureReport(failure, about)} label="Copy report" />
          {failure.raw !== undefined && (
            <Button
              size="compact-sm"
              variant="subtle"
              color="gray"
              aria-expanded={rawShown}
              leftSection={rawShown ? <ChevronDown size={14} /> : <ChevronRight size={14} />}
              onClick={() => setRawShown(!rawShown)}
            >
              {rawShown ? 'Hide raw output' : 'Show raw output'}
            </Button>
          )}
        </div>
        {rawShown && failure.raw !== undefined && (
          <RawText className="failure-raw" label="Raw output" text={failure.raw} />
        )}
      </div>
      {onDismiss !== undefined && <CloseButton aria-label="Dismiss" onClick={onDismiss} />}
    </section>
  )
}
