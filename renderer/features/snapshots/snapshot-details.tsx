import type { Snapshot } from '#contract/snapshot'
import type { MachineEntry } from '#contract/vm-state'
import { Button } from '@mantine/core'
import { Copy, History, PenLine, Trash2 } from 'lucide-react'
import { useCallback } from 'react'

import { useClient } from '../../state/client-context.ts'
import { useAnswer } from '../../state/use-answer.ts'
import { sizeWords, timeWords } from '../machines/state-words.ts'
import { useSnapshotActions } from './snapshot-actions.ts'

interface SnapshotDetailsProps {
  readonly entry: MachineEntry
  readonly snapshot: Snapshot
  /** Something is under way with the machine. */
  readonly isBusy: boolean
}

/** One state: its picture, its notes, what it takes, and what can be done with it. */
export function SnapshotDetails({ entry, snapshot, isBusy }: SnapshotDetailsProps) {
  const actions = useSnapshotActions()
  const facts = [
    ['Made', timeWords(snapshot.createdAt)],
    ['Memory', snapshot.memory ? sizeWords(snapshot.memoryBytes) : 'not kept: the guest would boot from these disks'],
    ['Disks', `${sizeWords(snapshot.diskBytes)} written since the one before`],
    ...(snapshot.automatic ? [['Made by', 'Petri, before the machine was taken back']] : []),
  ]
  return (
    <section className="snapshot-details panel" aria-label={`Snapshot ${snapshot.name}`}>
      {snapshot.thumbnail && <Thumbnail entry={entry} snapshot={snapshot} />}
      <h2 className="snapshot-title wrap-anywhere">{snapshot.name}</h2>
      {snapshot.notes !== '' && (
        <p className="snapshot-notes wrap-anywhere" dir="auto">
          {snapshot.notes}
        </p>
      )}
      <dl className="snapshot-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt className="quiet">{name}</dt>
            <dd className="number">{value}</dd>
          </div>
        ))}
      </dl>
      <div className="snapshot-buttons">
        <Button
          leftSection={<History size={16} aria-hidden />}
          disabled={isBusy}
          onClick={() => void actions.revert(entry, snapshot)}
        >
          Go back to this
        </Button>
        <Button
          variant="default"
          leftSection={<Copy size={16} aria-hidden />}
          disabled={isBusy}
          onClick={() => void actions.clone(entry, snapshot)}
        >
          Clone
        </Button>
        <Button
          variant="default"
          leftSection={<PenLine size={16} aria-hidden />}
          disabled={isBusy}
          onClick={() => void actions.note(entry, snapshot)}
        >
          Name and notes
        </Button>
        <Button
          variant="default"
          leftSection={<Trash2 size={16} aria-hidden />}
          disabled={isBusy}
          onClick={() => void actions.remove(entry, snapshot)}
        >
          Delete
        </Button>
      </div>
    </section>
  )
}

function Thumbnail({ entry, snapshot }: { readonly entry: MachineEntry; readonly snapshot: Snapshot }) {
  const client = useClient()
  const { id } = entry
  const snapshotId = snapshot.id
  const { value } = useAnswer(
    useCallback(
      (signal) => client.call('snapshot.thumbnail', { id, snapshotId }, { signal }),
      [client, id, snapshotId],
    ),
  )
  return (
    <div className="snapshot-picture">
      {typeof value?.base64 === 'string' && (
        <img src={`data:image/png;base64,${value.base64}`} alt={`The screen at “${snapshot.name}”`} />
      )}
    </div>
  )
}
