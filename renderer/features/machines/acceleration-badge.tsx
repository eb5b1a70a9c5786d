import type { VmArchitecture } from '#contract/vm-spec'
import type { MachineEntry } from '#contract/vm-state'
import { Tooltip } from '@mantine/core'
import { Zap } from 'lucide-react'

import { accelerationWords, architectureWords } from './state-words.ts'
import './state-label.css'

interface AccelerationBadgeProps {
  readonly architecture: VmArchitecture
  readonly acceleration: MachineEntry['acceleration']
  /** Whether the keyboard can reach it to read the reason. Off in long lists, whose machine page says it again. */
  readonly focusable?: boolean
}

/** How the machine runs: `x86-64 · KVM`, with the reason on hover and focus. */
export function AccelerationBadge({ architecture, acceleration, focusable = false }: AccelerationBadgeProps) {
  const content = (
    <>
      {acceleration.accelerator === 'kvm' ? <Zap size={12} className="tone-calm" aria-hidden /> : chip}
      {architectureWords[architecture]} · {accelerationWords(acceleration.accelerator)}
    </>
  )
  if (!focusable) {
    return (
      <span className="run-badge" title={acceleration.reason}>
        {content}
      </span>
    )
  }
  return (
    <Tooltip label={acceleration.reason} events={{ hover: true, focus: true, touch: true }}>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the reason must be readable without a mouse */}
      <span className="run-badge" tabIndex={0} role="note">
        {content}
      </span>
    </Tooltip>
  )
}

/** Lucide's Cpu as one path: it stands in every row of the library, and there it would be fourteen elements each time. */
const chip = (
  <svg
    className="tone-calm"
    width={12}
    height={12}
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    strokeWidth={2}
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden
  >
    <path d="M12 20v2M12 2v2M17 20v2M17 2v2M2 12h2M2 17h2M2 7h2M20 12h2M20 17h2M20 7h2M7 20v2M7 2v2M6 4h12a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2zM9 8h6a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1H9a1 1 0 0 1-1-1V9a1 1 0 0 1 1-1z" />
  </svg>
)
