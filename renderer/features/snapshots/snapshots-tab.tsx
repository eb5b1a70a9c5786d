import type { SnapshotListing } from '#contract/snapshot'
import type { MachineEntry } from '#contract/vm-state'
import { Button, Loader, Skeleton } from '@mantine/core'
import { Camera, CameraOff, Copy } from 'lucide-react'
import { useCallback, useRef, useState } from 'react'

import type { Client } from '../../api/client.ts'
import { useClient } from '../../state/client-context.ts'
import { useJobStore } from '../../state/job-store.ts'
import { useSnapshotStore } from '../../state/snapshot-store.ts'
import { useAnswer } from '../../state/use-answer.ts'
import { FailureCard } from '../../ui/failure-card.tsx'
import { Situation } from '../../ui/situation.tsx'
import { HERE } from './arrange-snapshots.ts'
import { useSnapshotActions } from './snapshot-actions.ts'
import { SnapshotDetails } from './snapshot-details.tsx'
import { SnapshotTree } from './snapshot-tree.tsx'
import './snapshots.css'

/** The states that a machine can go back to, as a tree, and what can be done with the chosen one. */
export function SnapshotsTab({ entry }: { readonly entry: MachineEntry }) {
  const client = useClient()
  const revision = useSnapshotStore((store) => store.revisions.get(entry.id) ?? 0)
  const { value: listing, failure } = useAnswer(
    // Asked again for every announced change of the machine or of its snapshots.
    useCallback((signal) => readListing(client, entry, revision, signal), [client, entry, revision]),
  )
  if (listing === undefined && failure !== undefined) return <FailureCard failure={failure} />
  if (listing === undefined)
    return <Skeleton height={200} radius="md" role="status" aria-label="Loading the snapshots" />
  return <Snapshots entry={entry} listing={listing} />
}

function readListing(
  client: Client,
  { id }: MachineEntry,
  _revision: number,
  signal: AbortSignal,
): Promise<SnapshotListing> {
  return client.call('snapshot.list', { id }, { signal })
}

function Snapshots({ entry, listing }: { readonly entry: MachineEntry; readonly listing: SnapshotListing }) {
  const [chosen, setChosen] = useState<string>(HERE)
  const details = useRef<HTMLDivElement>(null)
  const phase = useSnapshotJob(entry.id)
  const snapshot = listing.snapshots.find(({ id }) => id === chosen)
  const toDetails = () => details.current?.querySelector('button')?.focus()
  return (
    <div className="snapshots">
      {listing.damaged.map(({ file, reason }) => (
        <p key={file} className="notice wrap-anywhere" data-tone="warn">
          The record {file} cannot be read and is left as it is: {reason}
        </p>
      ))}
      {phase !== undefined && (
        <p className="snapshots-busy" role="status">
          <Loader size={14} aria-hidden /> {phase}
        </p>
      )}
      {listing.snapshots.length === 0 ? (
        <NoSnapshots entry={entry} listing={listing} isBusy={phase !== undefined} />
      ) : (
        <div className="snapshots-columns">
          <SnapshotTree
            listing={listing}
            machineName={entry.name}
            selected={snapshot ? snapshot.id : HERE}
            onSelect={setChosen}
            onOpen={toDetails}
          />
          <div ref={details} className="snapshots-side">
            {snapshot ? (
              <SnapshotDetails entry={entry} snapshot={snapshot} isBusy={phase !== undefined} />
            ) : (
              <Present entry={entry} listing={listing} isBusy={phase !== undefined} />
            )}
          </div>
        </div>
      )}
    </div>
  )
}

interface PresentProps {
  readonly entry: MachineEntry
  readonly listing: SnapshotListing
  readonly isBusy: boolean
}

function Present({ entry, listing, isBusy }: PresentProps) {
  return (
    <section className="snapshot-details panel" aria-label="The present state">
      <h2 className="snapshot-title">You are here</h2>
      <p className="snapshot-notes">
        {listing.here.changed
          ? 'This state is in no snapshot yet.'
          : 'Nothing was written since the snapshot above it: going back to that gives this state.'}
      </p>
      <Refusals listing={listing} />
      <PresentButtons entry={entry} listing={listing} isBusy={isBusy} />
    </section>
  )
}

function PresentButtons({ entry, listing, isBusy }: PresentProps) {
  const actions = useSnapshotActions()
  const refused = listing.problems.some(({ severity }) => severity === 'error')
  const isOff = entry.state.kind === 'stopped'
  return (
    <div className="snapshot-buttons">
      <Button
        leftSection={<Camera size={16} aria-hidden />}
        disabled={isBusy || refused}
        onClick={() => void actions.take(entry, listing)}
      >
        Take snapshot
      </Button>
      {isOff && (
        <Button
          variant="default"
          leftSection={<Copy size={16} aria-hidden />}
          disabled={isBusy}
          onClick={() => void actions.clone(entry)}
        >
          Clone
        </Button>
      )}
    </div>
  )
}

function NoSnapshots({ entry, listing, isBusy }: PresentProps) {
  const refused = listing.problems.some(({ severity }) => severity === 'error')
  return (
    <Situation
      icon={refused ? <CameraOff size={22} /> : <Camera size={22} />}
      title={refused ? 'No snapshot can be made now' : 'No snapshots yet'}
      actions={<PresentButtons entry={entry} listing={listing} isBusy={isBusy} />}
    >
      {refused ? (
        <Refusals listing={listing} />
      ) : (
        <p>
          A snapshot is a state that this machine can go back to: its disks and settings
          {listing.canHoldMemory ? ', and the guest’s memory' : ''}. Take one before you try something.
        </p>
      )}
    </Situation>
  )
}

function Refusals({ listing }: { readonly listing: SnapshotListing }) {
  return listing.problems
    .filter(({ severity }) => severity === 'error')
    .map(({ message, cure }) => (
      <p key={message} className="snapshot-notes wrap-anywhere">
        {message} {cure}
      </p>
    ))
}

/** What is under way with the machine's states, in words. */
function useSnapshotJob(vmId: string): string | undefined {
  return useJobStore((store) => {
    for (const { kind, state, subject } of store.jobs.values()) {
      if (subject?.kind !== 'vm' || subject.id !== vmId || !/^(snapshot\.|vm\.clone$)/.test(kind)) continue
      if (state.kind === 'queued') return 'Waiting'
      if (state.kind === 'running') return state.at.phase
    }
    return undefined
  })
}
