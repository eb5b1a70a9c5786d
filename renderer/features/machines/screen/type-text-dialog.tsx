import { TYPED_TEXT_MAX } from '#contract/screen-calls'
import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'

interface TypeTextDialogProps {
  readonly opened: boolean
  readonly onType: (text: string, signal: AbortSignal) => Promise<boolean>
  readonly onClose: () => void
}

/** Types a text on the machine's keyboard. What is on the clipboard stands there already, where it may be read. */
export function TypeTextDialog({ opened, onType, onClose }: TypeTextDialogProps) {
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const abort = useRef<AbortController>(undefined)

  useEffect(() => {
    if (!opened) return
    let current = true
    navigator.clipboard.readText().then(
      (clipboard) => {
        if (current) setText((typed) => (typed === '' ? clipboard : typed))
      },
      () => {}, // not allowed: the person pastes
    )
    return () => {
      current = false
    }
  }, [opened])

  const close = (): void => {
    abort.current?.abort()
    setText('')
    onClose()
  }
  const type = async (): Promise<void> => {
    abort.current = new AbortController()
    setBusy(true)
    await onType(text, abort.current.signal)
    setBusy(false)
    close()
  }
  const tooLong = text.length > TYPED_TEXT_MAX

  return (
    <Modal
      opened={opened}
      onClose={close}
      title="Type text as keys"
      centered
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack gap="sm">
        <Textarea
          label="Text"
          description="Paste it here. It is typed key by key as on a US keyboard, and kept nowhere."
          data-autofocus
          autosize
          minRows={3}
          maxRows={10}
          value={text}
          disabled={busy}
          error={tooLong && `${text.length} characters; at most ${TYPED_TEXT_MAX} at a time.`}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {busy && (
          <Text size="sm" role="status">
            Typing…
          </Text>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            {busy ? 'Stop typing' : 'Cancel'}
          </Button>
          <Button disabled={text === '' || tooLong || busy} onClick={() => void type()}>
            Type it
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
