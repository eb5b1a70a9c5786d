import type { MachineEntry } from '#contract/vm-state'
import { Button, Menu } from '@mantine/core'
import { Camera, ClipboardCopy, Columns2, Expand, Keyboard, Scaling, TextCursorInput } from 'lucide-react'
import { useState } from 'react'
import { useStore } from 'zustand'

import { copyText } from '../../../ui/copy-text.ts'
import { ToolButton } from '../../../ui/tool-button.tsx'
import { useScreenActions } from './screen-actions.ts'
import type { ScreenSession } from './screen-session.ts'
import { TypeTextDialog } from './type-text-dialog.tsx'

interface ScreenToolbarProps {
  readonly entry: MachineEntry
  readonly session: ScreenSession
  /** Id of the text that tells the way out of a captured keyboard. */
  readonly hintId: string
  readonly fit: boolean
  readonly onFit: (fit: boolean) => void
  readonly split: boolean
  readonly onSplit: (split: boolean) => void
  readonly onFullScreen: () => void
}

const functionKeys = Array.from({ length: 12 }, (_, index) => `F${index + 1}`)
const combinations: readonly string[] = [
  'Ctrl+Alt+Delete',
  'Ctrl+Alt+Backspace',
  'Alt+Tab',
  'Alt+F4',
  'Esc',
  'Super',
  'Print',
  'Alt+SysRq+B',
]

/** What can be done with a screen. The combination that gives the keyboard back leads here. */
export function ScreenToolbar(props: ScreenToolbarProps) {
  const { entry, session, hintId, fit, onFit, split, onSplit, onFullScreen } = props
  const { name, offered, captured, standing } = useStore(session.state)
  const actions = useScreenActions(entry)
  const [typing, setTyping] = useState(false)
  const [word, setWord] = useState('')
  const connected = standing.kind === 'connected'

  const press = (combination: string): void => {
    void actions.press(combination.toLowerCase().split('+'))
    session.focus()
  }
  /** The dialog lies over the whole window, which a picture in full screen hides. */
  const askForText = async (): Promise<void> => {
    if (document.fullscreenElement !== null) await document.exitFullscreen()
    setTyping(true)
  }
  const takeOffered = async (): Promise<void> => {
    if (offered === undefined) return
    const copied = await copyText(offered)
    setWord(copied ? 'Copied' : 'The clipboard is not available here')
    if (copied) session.takeOffered()
  }

  return (
    <div className="screen-toolbar" role="toolbar" aria-label="Screen">
      <span className="screen-title" title={name === '' ? undefined : `The guest calls this: ${name}`}>
        <span id={hintId} className={captured ? 'screen-captured' : 'quiet'}>
          {captured ? 'The guest has the keyboard. Ctrl+Alt+G gives it back.' : 'Click the picture to type.'}
        </span>
        <span aria-live="polite">{word}</span>
        {name !== '' && <span className="quiet screen-name">{name}</span>}
      </span>
      {offered !== undefined && (
        <Button
          size="compact-xs"
          variant="light"
          leftSection={<ClipboardCopy size={14} aria-hidden />}
          onClick={() => void takeOffered()}
        >
          Copy {offered.length} characters from the guest
        </Button>
      )}
      <Menu position="bottom-end" withinPortal={false}>
        <Menu.Target>
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            leftSection={<Keyboard size={16} aria-hidden />}
            disabled={!connected}
          >
            Keys
          </Button>
        </Menu.Target>
        <Menu.Dropdown className="screen-keys">
          {combinations.map((combination) => (
            <Menu.Item key={combination} onClick={() => press(combination)}>
              {combination}
            </Menu.Item>
          ))}
          <Menu.Label>Consoles of a Linux guest</Menu.Label>
          {functionKeys.map((key) => (
            <Menu.Item key={key} onClick={() => press(`Ctrl+Alt+${key}`)}>
              Ctrl+Alt+{key}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <ToolButton
        inPlace
        icon={TextCursorInput}
        label="Type text as keys"
        disabled={!connected}
        onClick={() => void askForText()}
      />
      <ToolButton
        inPlace
        icon={Camera}
        label="Save a picture of the screen"
        onClick={() => void actions.savePicture()}
      />
      <ToolButton
        inPlace
        icon={Scaling}
        label="Fit the picture to the window"
        pressed={fit}
        onClick={() => onFit(!fit)}
      />
      {entry.serialPorts > 0 && (
        <ToolButton
          inPlace
          icon={Columns2}
          label="Serial console beside it"
          pressed={split}
          onClick={() => onSplit(!split)}
        />
      )}
      <ToolButton inPlace icon={Expand} label="Full screen" onClick={onFullScreen} />
      <TypeTextDialog
        opened={typing}
        onType={actions.type}
        onClose={() => {
          setTyping(false)
          session.focus()
        }}
      />
    </div>
  )
}
