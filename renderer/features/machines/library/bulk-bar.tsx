import type { VmEntry } from '#contract/vm-state'
import { Button, Popover, TextInput } from '@mantine/core'
import { Tag, X } from 'lucide-react'
import { useState } from 'react'

import { useClient } from '../../../state/client-context.ts'
import { clearSelection, useSelectionStore } from '../../../state/selection-store.ts'
import { moveIcons } from '../machine-menu.tsx'
import { moveWords } from '../machine-moves.ts'
import { tellUndoable } from '../../jobs/tell-undoable.tsx'
import { type BulkMove, bulkMoves, movable, moveAll, restoreAll, tagAll } from './bulk-actions.ts'

/** What can be asked of all selected machines at once; each button says of how many. */
export function BulkBar({ entries }: { readonly entries: readonly VmEntry[] }) {
  const client = useClient()
  const ids = useSelectionStore((store) => store.ids)
  if (ids.size === 0) return null
  // What a search hides is not acted upon.
  const selected = entries.filter(({ id }) => ids.has(id))
  if (selected.length === 0) return null

  const ask = async (move: BulkMove): Promise<void> => {
    const deleted = await moveAll(client, movable(selected, move), move)
    if (deleted.length === 0) return
    clearSelection()
    tellUndoable('Moved to the trash', `${deleted.length} ${deleted.length === 1 ? 'machine' : 'machines'}`, () => {
      void restoreAll(client, deleted)
    })
  }
  return (
    <div className="bulk-bar panel" role="toolbar" aria-label="Selected machines">
      <span className="number" aria-live="polite">
        {selected.length} selected
      </span>
      {bulkMoves.map((move) => {
        const count = movable(selected, move).length
        const Icon = moveIcons[move]
        return (
          <Button
            key={move}
            size="compact-sm"
            variant="default"
            leftSection={<Icon size={14} aria-hidden />}
            disabled={count === 0}
            onClick={() => void ask(move)}
          >
            {moveWords[move]} {count}
          </Button>
        )
      })}
      <TagButton onTag={(change) => void tagAll(client, selected, change)} />
      <Button
        size="compact-sm"
        variant="subtle"
        color="gray"
        leftSection={<X size={14} aria-hidden />}
        onClick={clearSelection}
      >
        Select none
      </Button>
    </div>
  )
}

interface TagButtonProps {
  readonly onTag: (change: { readonly add: readonly string[]; readonly remove: readonly string[] }) => void
}

function TagButton({ onTag }: TagButtonProps) {
  const [opened, setOpened] = useState(false)
  const [text, setText] = useState('')
  const tag = text.trim()
  const change = (how: 'add' | 'remove'): void => {
    if (tag === '') return
    onTag(how === 'add' ? { add: [tag], remove: [] } : { add: [], remove: [tag] })
    setText('')
    setOpened(false)
  }
  return (
    <Popover opened={opened} onChange={setOpened} trapFocus withRoles={false}>
      <Popover.Target>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<Tag size={14} aria-hidden />}
          aria-expanded={opened}
          onClick={() => setOpened((open) => !open)}
        >
          Tag
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          className="bulk-tag"
          aria-label="Tag the selected machines"
          onSubmit={(event) => {
            event.preventDefault()
            change('add')
          }}
        >
          <TextInput
            size="xs"
            label="Tag"
            maxLength={40}
            value={text}
            data-autofocus
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Button size="xs" type="submit" disabled={tag === ''}>
            Add
          </Button>
          <Button size="xs" variant="default" disabled={tag === ''} onClick={() => change('remove')}>
            Take off
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  )
}
