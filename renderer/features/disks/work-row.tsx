import type { ReactNode } from 'react'

interface WorkRowProps {
  readonly title: string
  readonly text: string
  readonly children: ReactNode
}

/** One kind of work on a disk: what it does, and what it needs to know. */
export function WorkRow({ title, text, children }: WorkRowProps) {
  return (
    <div className="work">
      <div>
        <h3 className="work-title">{title}</h3>
        <p className="quiet work-text">{text}</p>
      </div>
      <div className="work-controls">{children}</div>
    </div>
  )
}
