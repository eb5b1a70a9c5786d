import { ActionIcon, Tooltip } from '@mantine/core'
import type { LucideIcon } from 'lucide-react'

interface ToolButtonProps {
  readonly icon: LucideIcon
  readonly label: string
  /** The keys that do the same, as words. */
  readonly keys?: string
  readonly pressed?: boolean
  readonly disabled?: boolean
  /** Whether the label is shown in the toolbar itself: what fills the screen hides what lies elsewhere. */
  readonly inPlace?: boolean
  readonly onClick: () => void
}

/** A button of a toolbar: an icon whose label comes on hover and focus. */
export function ToolButton(props: ToolButtonProps) {
  const { icon: Icon, label, keys, pressed, disabled = false, inPlace = false, onClick } = props
  return (
    <Tooltip label={keys === undefined ? label : `${label} (${keys})`} withinPortal={!inPlace}>
      <ActionIcon
        variant={pressed === true ? 'light' : 'subtle'}
        color="gray"
        size="md"
        aria-label={label}
        aria-pressed={pressed}
        disabled={disabled}
        onClick={onClick}
      >
        <Icon size={16} aria-hidden />
      </ActionIcon>
    </Tooltip>
  )
}
