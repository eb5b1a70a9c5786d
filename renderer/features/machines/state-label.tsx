import type { VmEntry } from '#contract/vm-state'
import {
  CircleDot,
  CircleHelp,
  CirclePause,
  LayoutTemplate,
  LoaderCircle,
  Moon,
  OctagonAlert,
  Power,
} from 'lucide-react'

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
  template: LayoutTemplate,
} as const

/** A machine's state as icon and text. */
export function StateLabel({ entry, strong = false }: { readonly entry: VmEntry; readonly strong?: boolean }) {
  const { label, tone, icon } = entryWords(entry)
  const Icon = icons[icon]
  return (
    <span className={`state-label tone-${tone}`} data-strong={strong || undefined} title={label}>
      <Icon className={icon === 'working' ? 'state-icon working' : 'state-icon'} size={15} aria-hidden />
      <span className="one-line">{label}</span>
    </span>
  )
}

/** A template has no state of its own: it never runs. */
function entryWords(entry: VmEntry) {
  if (entry.kind === 'machine' && entry.template && entry.state.kind === 'stopped')
    return { label: 'Template', tone: 'calm', icon: 'template' } as const
  return stateWords(entry.state)
}
