import type { VmArchitecture } from '#contract/vm-spec'
import type { MachineEntry } from '#contract/vm-state'
import { Tooltip } from '@mantine/core'
import { Cpu, Zap } from 'lucide-react'

import { accelerationWords, architectureWords } from './state-words.ts'
import './state-label.css'

interface AccelerationBadgeProps {
  readonly architecture: VmArchitecture
  readonly acceleration: MachineEntry['acceleration']
  /** Whether the keyboard can reach it to read the reason. Off in long lists, whose page says it again. */
  readonly focusable?: boolean
}

/** How the machine runs: `x86-64 · KVM`, with the reason on hover and focus. */
export function AccelerationBadge({ architecture, acceleration, focusable = false }: AccelerationBadgeProps) {
  const Icon = acceleration.accelerator === 'kvm' ? Zap : Cpu
  return (
    <Tooltip label={acceleration.reason} events={{ hover: true, focus: true, touch: true }}>
      <span className="run-badge" {...(focusable ? { tabIndex: 0, role: 'note' } : {})}>
        <Icon size={12} className="tone-calm" aria-hidden />
        {architectureWords[architecture]} · {accelerationWords(acceleration.accelerator)}
      </span>
    </Tooltip>
  )
}
