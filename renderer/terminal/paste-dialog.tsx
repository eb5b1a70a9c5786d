import { Button, Code, Group, Modal, Text } from '@mantine/core'
import { useStore } from 'zustand'

import type { TerminalSession } from './terminal-session.ts'

const PREVIEW_CHARACTERS = 4000

/** Asks before several lines are typed at once: a shell would run each of them. */
export function PasteDialog({ session }: { readonly session: TerminalSession }) {
  const question = useStore(session.state, (state) => state.question)
  return (
    <Modal
      opened={question !== undefined}
      onClose={() => question?.answer(false)}
      title={question === undefined || question.lines === 1 ? 'Paste a whole line?' : `Paste ${question.lines} lines?`}
      returnFocus={false}
    >
      <Text size="sm" mb="sm">
        A shell runs each line as soon as it is pasted.
      </Text>
      <Code block className="terminal-paste" tabIndex={0} aria-label="What would be pasted">
        {question?.text.slice(0, PREVIEW_CHARACTERS)}
        {question !== undefined && question.text.length > PREVIEW_CHARACTERS && ' …'}
      </Code>
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={() => question?.answer(false)}>
          Cancel
        </Button>
        <Button data-autofocus onClick={() => question?.answer(true)}>
          Paste
        </Button>
      </Group>
    </Modal>
  )
}
