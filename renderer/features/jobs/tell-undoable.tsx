import { Button, Group } from '@mantine/core'
import { notifications } from '@mantine/notifications'

import { offerUndo } from '../../state/undo-store.ts'

/** How long it stays, in ms: long enough to read it, find the button and press it. */
const SHOWN_MS = 12_000

/** A toast with the way back, which Ctrl+Z takes as well as long as it is shown. */
export function tellUndoable(title: string, name: string, undo: () => void): void {
  const id = `undoable-${performance.now()}`
  const end = offerUndo(() => {
    notifications.hide(id)
    undo()
  })
  notifications.show({
    id,
    title,
    autoClose: SHOWN_MS,
    closeButtonProps: { 'aria-label': 'Dismiss' },
    onClose: end,
    message: (
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <span className="one-line">{name}</span>
        <Button
          size="compact-sm"
          variant="light"
          title="Ctrl+Z"
          onClick={() => {
            end()
            notifications.hide(id)
            undo()
          }}
        >
          Undo
        </Button>
      </Group>
    ),
  })
}
