import type { VmArchitecture } from '#contract/vm-spec'
import type { MachineEntry } from '#contract/vm-state'
import { Tooltip } from '@mantine/core'
import { Cpu, Zap } from 'lucide-react'

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
  const Icon = acceleration.accelerator === 'kvm' ? Zap : Cpu
  const content = (
    <>
      <Icon size={12} className="tone-calm" aria-hidden />
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
