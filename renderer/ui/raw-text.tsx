import { useLayoutEffect, useRef } from 'react'

interface RawTextProps {
  /** What the text is, for a screen reader. */
  readonly label: string
  readonly className: string
  readonly text: string
  /** Show the last lines first: in a log, the newest matter most. */
  readonly fromEnd?: boolean
}

/** Unedited output of another program, in a box that scrolls. */
export function RawText({ label, className, text, fromEnd = false }: RawTextProps) {
  const box = useRef<HTMLPreElement>(null)
  useLayoutEffect(() => {
    if (fromEnd && text !== '') box.current?.scrollTo({ top: box.current.scrollHeight })
  }, [fromEnd, text])
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable without a mouse
    <pre ref={box} className={className} role="group" tabIndex={0} aria-label={label} dir="ltr">
      {text}
    </pre>
  )
}
