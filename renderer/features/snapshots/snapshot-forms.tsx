import type { Snapshot, SnapshotListing } from '#contract/snapshot'
import { Button, Checkbox, Group, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'

import { sizeWords } from '../machines/state-words.ts'

export interface SnapshotWish {
  readonly name?: string
  readonly notes: string
  readonly memory: boolean
}

export interface NoteWish {
  readonly name: string
  readonly notes: string
}

interface FormProps<T> {
  readonly onDone: (wish: T | undefined) => void
}

const MAX_NAME = 120
const MAX_NOTES = 5_000

/** Name, notes and whether the memory is kept, before a snapshot is made. */
export function TakeForm({ listing, onDone }: FormProps<SnapshotWish> & { readonly listing: SnapshotListing }) {
  const [name, setName] = useState('')
  const [notes, setNotes] = useState('')
  const [memory, setMemory] = useState(listing.canHoldMemory)
  const leftOut = listing.problems.filter(({ severity }) => severity === 'warning')
  const wish = { notes, memory, ...(name.trim() === '' ? {} : { name: name.trim() }) }
  return (
    <AskForm verb="Take snapshot" onSubmit={() => onDone(wish)} onCancel={() => onDone(undefined)}>
      <TextInput
        label="Name"
        description="Without one it gets the next number."
        value={name}
        maxLength={MAX_NAME}
        data-autofocus
        dir="auto"
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Notes value={notes} onChange={setNotes} />
      {listing.canHoldMemory && (
        <Checkbox
          label="With the guest’s memory"
          description="Going back then goes on in the middle of the work; the guest stands still while it is saved. Without it, the disks are as after a power cut."
          checked={memory}
          onChange={(event) => setMemory(event.currentTarget.checked)}
        />
      )}
      <Text size="sm" className="quiet number">
        {memory && listing.canHoldMemory ? `Takes up to ${sizeWords(listing.neededBytes)}` : 'Takes next to nothing'};{' '}
        {sizeWords(listing.freeBytes)} are free.
      </Text>
      {leftOut.map(({ field, message }) => (
        <Text key={field} size="sm" className="quiet wrap-anywhere">
          {message}
        </Text>
      ))}
    </AskForm>
  )
}

export function NoteForm({ snapshot, onDone }: FormProps<NoteWish> & { readonly snapshot: Snapshot }) {
  const [name, setName] = useState(snapshot.name)
  const [notes, setNotes] = useState(snapshot.notes)
  const trimmed = name.trim()
  return (
    <AskForm
      verb="Save"
      disabled={trimmed === ''}
      onSubmit={() => onDone({ name: trimmed, notes })}
      onCancel={() => onDone(undefined)}
    >
      <TextInput
        label="Name"
        value={name}
        maxLength={MAX_NAME}
        data-autofocus
        dir="auto"
        error={trimmed === '' ? 'A snapshot needs a name.' : undefined}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Notes value={notes} onChange={setNotes} />
    </AskForm>
  )
}

function Notes({ value, onChange }: { readonly value: string; readonly onChange: (text: string) => void }) {
  return (
    <Textarea
      label="Notes"
      value={value}
      maxLength={MAX_NOTES}
      autosize
      minRows={2}
      maxRows={8}
      dir="auto"
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}

interface AskFormProps {
  readonly verb: string
  readonly disabled?: boolean
  readonly danger?: boolean
  readonly onSubmit: () => void
  readonly onCancel: () => void
  readonly children: ReactNode
}

/** The frame of a dialog's form: what it asks, then the way out and the deed. */
export function AskForm({ verb, disabled = false, danger = false, onSubmit, onCancel, children }: AskFormProps) {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (!disabled) onSubmit()
      }}
    >
      <Stack gap="md">
        {children}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" data-autofocus={danger || undefined} onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" disabled={disabled} {...(danger ? { color: 'red.8' } : {})}>
            {verb}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
