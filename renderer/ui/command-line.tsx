import { Fragment } from 'react'

import { CopyButton } from './copy-button.tsx'
import './command-line.css'

/** A command to copy, as one wraps it for reading; never run from here. */
export function CommandLine({
  command,
  label = 'Copy command',
}: {
  readonly command: string
  readonly label?: string
}) {
  return (
    <div className="command-line">
      <code className="command-line-text">
        {command.split(' ').map((word, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- words repeat, and only their place tells them apart
          <Fragment key={index}>
            {index > 0 && ' '}
            <span className="command-line-word">{word}</span>
          </Fragment>
        ))}
      </code>
      <CopyButton text={command} label={label} variant="subtle" />
    </div>
  )
}
