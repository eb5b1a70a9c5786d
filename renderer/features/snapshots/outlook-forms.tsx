import type { Failure } from '#contract/failure'
import type { Snapshot, SnapshotOutlook } from '#contract/snapshot'
import { Checkbox, Skeleton, Text } from '@mantine/core'
import { useEffect, useState } from 'react'

import { failureOf } from '../../api/call-failed.ts'
import { FailureCard } from '../../ui/failure-card.tsx'
import { AskForm } from './snapshot-forms.tsx'

export interface RevertWish {
  readonly memory: boolean
  readonly keepPresent: boolean
}

interface OutlookFormProps<T> {
  readonly ask: () => Promise<SnapshotOutlook>
  readonly onDone: (wish: T | undefined) => void
}

/** Says what going back loses, and lets the present state be kept. */
export function RevertForm({ snapshot, ask, onDone }: OutlookFormProps<RevertWish> & { readonly snapshot: Snapshot }) {
  const { outlook, failure } = useOutlook(ask)
  const [keepPresent, setKeepPresent] = useState(true)
  const [memory, setMemory] = useState(snapshot.memory)
  const blocking = errorsOf(outlook).filter(({ code }) => memory || code !== 'snapshot-other-qemu')
  return (
    <AskForm
      verb="Go back"
      danger
      disabled={outlook === undefined || blocking.length > 0}
      onSubmit={() => onDone({ memory, keepPresent })}
      onCancel={() => onDone(undefined)}
    >
      <Outlook outlook={outlook} failure={failure} />
      {outlook !== undefined && (
        <>
          <Checkbox
            label="Keep the present state as a snapshot first"
            description="Then going back can be taken back. Nothing is made when a snapshot holds this state already."
            checked={keepPresent}
            onChange={(event) => setKeepPresent(event.currentTarget.checked)}
          />
          {snapshot.memory && (
            <Checkbox
              label="With the memory of that moment"
              description="Without it the machine is off afterwards, with the disks of that moment."
              checked={memory}
              onChange={(event) => setMemory(event.currentTarget.checked)}
            />
          )}
        </>
      )}
    </AskForm>
  )
}

export function DeleteForm({ ask, onDone }: OutlookFormProps<true>) {
  const { outlook, failure } = useOutlook(ask)
  return (
    <AskForm
      verb="Delete"
      danger
      disabled={outlook === undefined || errorsOf(outlook).length > 0}
      onSubmit={() => onDone(true)}
      onCancel={() => onDone(undefined)}
    >
      <Outlook outlook={outlook} failure={failure} />
    </AskForm>
  )
}

function Outlook({
  outlook,
  failure,
}: {
  readonly outlook: SnapshotOutlook | undefined
  readonly failure: Failure | undefined
}) {
  if (failure !== undefined) return <FailureCard failure={failure} />
  if (outlook === undefined) return <Skeleton height={64} role="status" aria-label="Finding out what would be lost" />
  const problems = errorsOf(outlook)
  return (
    <div className="outlook">
      {problems.map(({ message, cure }) => (
        <Text key={message} size="sm" className="tone-bad wrap-anywhere">
          {message} {cure}
        </Text>
      ))}
      {outlook.losses.length === 0 && problems.length === 0 && <Text size="sm">Nothing is lost by it.</Text>}
      <ul className="outlook-list">
        {outlook.losses.map((loss) => (
          <li key={loss} className="outlook-loss wrap-anywhere">
            {loss}
          </li>
        ))}
        {outlook.effects.map((effect) => (
          <li key={effect} className="quiet wrap-anywhere">
            {effect}
          </li>
        ))}
      </ul>
    </div>
  )
}

const errorsOf = (outlook: SnapshotOutlook | undefined) =>
  outlook?.problems.filter(({ severity }) => severity === 'error') ?? []

/** Asked once, when the dialog opens. */
function useOutlook(ask: () => Promise<SnapshotOutlook>) {
  const [answer, setAnswer] = useState<{ readonly outlook?: SnapshotOutlook; readonly failure?: Failure }>({})
  useEffect(() => {
    let isOpen = true
    ask().then(
      (outlook) => isOpen && setAnswer({ outlook }),
      (error: unknown) => isOpen && setAnswer({ failure: failureOf(error) }),
    )
    return () => {
      isOpen = false
    }
  }, [ask])
  return { outlook: answer.outlook, failure: answer.failure }
}
