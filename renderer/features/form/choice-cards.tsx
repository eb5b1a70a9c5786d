import { Radio } from '@mantine/core'
import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import './form.css'

interface Choice<T extends string> {
  readonly value: T
  readonly title: string
  readonly text: ReactNode
  /** Stands in the place of the round mark. */
  readonly icon?: LucideIcon
  readonly disabled?: boolean
}

interface ChoiceCardsProps<T extends string> {
  readonly label: string
  readonly columns: 'two' | 'three'
  readonly choices: readonly Choice<T>[]
  readonly value: T
  readonly onChange: (value: T) => void
}

/** One of a few ways, each with a sentence of what it means. */
export function ChoiceCards<T extends string>({ label, columns, choices, value, onChange }: ChoiceCardsProps<T>) {
  return (
    <Radio.Group label={label} value={value} onChange={onChange}>
      <div className={`choice-cards ${columns}`}>
        {choices.map(({ value: each, title, text, icon: Icon, disabled = false }) => (
          <Radio.Card key={each} value={each} className="choice-card" disabled={disabled} aria-label={title}>
            {Icon === undefined ? (
              <Radio.Indicator className="choice-card-icon" disabled={disabled} />
            ) : (
              <Icon size={20} aria-hidden className="choice-card-icon" />
            )}
            <span>
              <span className="choice-card-title">{title}</span>
              <span className="choice-card-text">{text}</span>
            </span>
          </Radio.Card>
        ))}
      </div>
    </Radio.Group>
  )
}
