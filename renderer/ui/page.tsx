import type { ReactNode } from 'react'

import './page.css'

interface PageProps {
  readonly title: string
  /** Shown beside the title, quietly. */
  readonly detail?: ReactNode
  readonly actions?: ReactNode
  /** What is shown takes all the room there is, such as a terminal. */
  readonly fill?: boolean
  readonly children: ReactNode
}

/** A screen with a title row and a scrolling body of readable width. */
export function Page({ title, detail, actions, fill = false, children }: PageProps) {
  return (
    <div className="page">
      <header className="page-header">
        <h1 className="page-title" id="page-title" tabIndex={-1}>
          {title}
        </h1>
        {detail !== undefined && <div className="page-detail quiet">{detail}</div>}
        {actions !== undefined && <div className="page-actions">{actions}</div>}
      </header>
      <div className="page-body" data-fill={fill || undefined}>
        <div className="page-column">{children}</div>
      </div>
    </div>
  )
}
