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
      <code className="command-line-text">{command}</code>
      <CopyButton text={command} label={label} variant="subtle" />
    </div>
  )
}
