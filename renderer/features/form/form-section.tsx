import type { ReactNode } from 'react'

import './form.css'

interface FormSectionProps {
  readonly title: string
  readonly hint?: string
  readonly children: ReactNode
}

/** A group of fields: its name on the left, the fields on the right. */
export function FormSection({ title, hint, children }: FormSectionProps) {
  return (
    <section className="form-section" aria-label={title}>
      <div className="form-section-head">
        <h2 className="form-section-title">{title}</h2>
        {hint !== undefined && <p className="form-section-hint">{hint}</p>}
      </div>
      <div className="form-section-fields">{children}</div>
    </section>
  )
}
