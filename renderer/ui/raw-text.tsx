interface RawTextProps {
  /** What the text is, for a screen reader. */
  readonly label: string
  readonly className: string
  readonly text: string
}

/** Unedited output of another program, in a box that scrolls. */
export function RawText({ label, className, text }: RawTextProps) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable without a mouse
    <pre className={className} tabIndex={0} aria-label={label} dir="ltr">
      {text}
    </pre>
  )
}
