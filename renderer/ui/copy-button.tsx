import { Button } from '@mantine/core'
import { Check, Copy, X } from 'lucide-react'
import { useEffect, useState } from 'react'

import { copyText } from './copy-text.ts'

/** How long the button says what came of it, in ms. */
const ANSWER_SHOWN_MS = 1_800

interface CopyButtonProps {
  readonly text: string
  /** What is copied, as the button says it: `Copy command`. */
  readonly label: string
  readonly variant?: 'default' | 'subtle' | 'light'
}

export function CopyButton({ text, label, variant = 'default' }: CopyButtonProps) {
  const [answer, setAnswer] = useState<'copied' | 'refused' | undefined>()
  useEffect(() => {
    if (answer === undefined) return
    const timer = setTimeout(() => setAnswer(undefined), ANSWER_SHOWN_MS)
    return () => clearTimeout(timer)
  }, [answer])

  const copy = async (): Promise<void> => setAnswer((await copyText(text)) ? 'copied' : 'refused')
  const icon = answer === 'copied' ? <Check size={14} /> : answer === 'refused' ? <X size={14} /> : <Copy size={14} />
  return (
    <Button size="compact-sm" variant={variant} color="gray" leftSection={icon} onClick={() => void copy()}>
      <span aria-live="polite">{answer === 'copied' ? 'Copied' : answer === 'refused' ? 'Not permitted' : label}</span>
    </Button>
  )
}
