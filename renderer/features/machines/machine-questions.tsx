import type { VmEntry } from '#contract/vm-state'
import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { modals } from '@mantine/modals'
import { type ReactNode, useState } from 'react'

import type { MachineMove } from './machine-moves.ts'

/** Asks before what cannot be undone; true at once for everything else. */
export function confirmMove(entry: VmEntry, move: MachineMove): Promise<boolean> {
  const question = questionAbout(entry, move)
  if (question === undefined) return Promise.resolve(true)
  return confirm({ title: `${question.verb} “${entry.name}”?`, text: question.text, confirm: question.verb })
}

/** A yes-or-no question whose safe answer has the focus. Resolves false when it is dismissed. */
export function confirm(question: {
  readonly title: string
  readonly text: ReactNode
  readonly confirm: string
}): Promise<boolean> {
  return new Promise((resolve) => {
    modals.openConfirmModal({
      title: <span className="wrap-anywhere">{question.title}</span>,
      children: <Text size="sm">{question.text}</Text>,
      labels: { confirm: question.confirm, cancel: 'Cancel' },
      confirmProps: { color: 'red.8' },
      cancelProps: { 'data-autofocus': true },
      centered: true,
      closeButtonProps: { 'aria-label': 'Close' },
      onConfirm: () => resolve(true),
      onClose: () => resolve(false),
    })
  })
}

function questionAbout(
  entry: VmEntry,
  move: MachineMove,
): { readonly verb: string; readonly text: string } | undefined {
  switch (move) {
    case 'powerOff':
      return {
        verb: 'Power off',
        text: 'This is like pulling the plug. What the guest has not yet written to its disks is lost.',
      }
    case 'reset':
      return {
        verb: 'Reset',
        text: 'The machine boots again without shutting down. What the guest has not yet written to its disks is lost.',
      }
    case 'discardSuspended':
      return {
        verb: 'Discard saved memory',
        text: 'The next start boots afresh, as after a power cut. Programs that were open in the guest are lost.',
      }
    default:
      return entry.kind === 'machine' && move === 'suspend' && entry.memoryMiB > 8192
        ? {
            verb: 'Suspend',
            text: `Up to ${Math.round(entry.memoryMiB / 1024)} GiB of memory will be written to the disk.`,
          }
        : undefined
  }
}

/** Asks for a new name; undefined when dismissed. */
export function askName(entry: VmEntry): Promise<string | undefined> {
  return new Promise((resolve) => {
    const modalId = modals.open({
      title: 'Rename machine',
      centered: true,
      closeButtonProps: { 'aria-label': 'Close' },
      onClose: () => resolve(undefined),
      children: (
        <RenameForm
          name={entry.name}
          onDone={(name) => {
            resolve(name)
            modals.close(modalId)
          }}
        />
      ),
    })
  })
}

function RenameForm({ name, onDone }: { readonly name: string; readonly onDone: (name: string | undefined) => void }) {
  const [text, setText] = useState(name)
  const trimmed = text.trim()
  const submit = (event: { preventDefault(): void }): void => {
    event.preventDefault()
    if (trimmed !== '') onDone(trimmed)
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          label="Name"
          value={text}
          maxLength={120}
          data-autofocus
          dir="auto"
          error={trimmed === '' ? 'A machine needs a name.' : undefined}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={() => onDone(undefined)}>
            Cancel
          </Button>
          <Button type="submit" disabled={trimmed === ''}>
            Rename
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
