import type { VmState } from '#contract/vm-state'
import { CircleDot, CircleHelp, CirclePause, LoaderCircle, Moon, OctagonAlert, Power } from 'lucide-react'

import { stateWords } from './state-words.ts'
import './state-label.css'

const icons = {
  off: Power,
  alert: OctagonAlert,
  saved: Moon,
  working: LoaderCircle,
  on: CircleDot,
  question: CircleHelp,
  held: CirclePause,
} as const

/** A machine's state as icon and text. */
export function StateLabel({ state, strong = false }: { readonly state: VmState; readonly strong?: boolean }) {
  const { label, tone, icon } = stateWords(state)
  const Icon = icons[icon]
  return (
    <span className={`state-label tone-${tone}`} data-strong={strong || undefined} title={label}>
      <Icon className={icon === 'working' ? 'state-icon working' : 'state-icon'} size={15} aria-hidden />
      <span className="one-line">{label}</span>
    </span>
  )
}
