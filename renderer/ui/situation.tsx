import type { ReactNode } from 'react'

import './situation.css'

interface SituationProps {
  readonly icon: ReactNode
  readonly title: string
  readonly children?: ReactNode
  /** The next step. */
  readonly actions?: ReactNode
  readonly tone?: 'calm' | 'warn' | 'bad'
  /** `h1` where the situation is the whole screen. */
  readonly heading?: 'h1' | 'h2'
}

/** Instead of an empty area: what is so, why, and what to do next. */
export function Situation({ icon, title, children, actions, tone = 'calm', heading: Heading = 'h2' }: SituationProps) {
  return (
    <div className="situation">
      <div className={`situation-icon tone-${tone}`} aria-hidden>
        {icon}
      </div>
      <Heading className="situation-title wrap-anywhere">{title}</Heading>
      {children !== undefined && <div className="situation-text">{children}</div>}
      {actions !== undefined && <div className="situation-actions">{actions}</div>}
    </div>
  )
}
