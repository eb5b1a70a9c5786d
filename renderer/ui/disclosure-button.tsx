import { Button } from '@mantine/core'
import { ChevronDown, ChevronRight } from 'lucide-react'

interface DisclosureButtonProps {
  readonly shown: boolean
  readonly onChange: (shown: boolean) => void
  readonly className?: string
  readonly children: string
}

/** Shows and hides what is below it. */
export function DisclosureButton({ shown, onChange, className, children }: DisclosureButtonProps) {
  return (
    <Button
      {...(className !== undefined && { className })}
      size="compact-sm"
      variant="subtle"
      color="gray"
      aria-expanded={shown}
      leftSection={shown ? <ChevronDown size={14} aria-hidden /> : <ChevronRight size={14} aria-hidden />}
      onClick={() => onChange(!shown)}
    >
      {children}
    </Button>
  )
}
