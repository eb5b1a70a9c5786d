import { ActionIcon, TextInput, type TextInputProps } from '@mantine/core'
import { FolderOpen } from 'lucide-react'

import { useClient } from '../../state/client-context.ts'
import './form.css'

interface PathInputProps extends Omit<TextInputProps, 'value' | 'onChange' | 'label'> {
  readonly label: string
  readonly value: string
  readonly onChange: (path: string) => void
  /** What is not there yet, or is a folder: the dialog chooses files that are there. */
  readonly typedOnly?: boolean
}

/**
 * A file's path on the computer where Petri runs. Electron can ask with the system's dialog; a browser may look at another
 * computer, so there the path is typed.
 */
export function PathInput({ label, value, onChange, className, typedOnly = false, ...props }: PathInputProps) {
  const { bridge } = useClient()
  const choose = async (): Promise<void> => {
    const path = await bridge.chooseFile?.(label)
    if (path !== undefined) onChange(path)
  }
  return (
    <TextInput
      {...props}
      className={`path-input ${className ?? ''}`}
      label={label}
      spellCheck={false}
      autoComplete="off"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      rightSection={
        bridge.chooseFile !== undefined &&
        !typedOnly && (
          <ActionIcon aria-label={`Choose: ${label}`} disabled={props.disabled === true} onClick={() => void choose()}>
            <FolderOpen size={15} />
          </ActionIcon>
        )
      }
    />
  )
}
