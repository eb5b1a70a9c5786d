import type { Failure } from '#contract/failure'
import type { TrashedVm } from '#contract/vm-calls'
import { Button, Skeleton } from '@mantine/core'
import { ArrowLeft, Trash2, Undo2 } from 'lucide-react'
import { useCallback, useEffect, useState } from 'react'

import { failureOf } from '../../../api/call-failed.ts'
import { useClient } from '../../../state/client-context.ts'
import { useVmStore } from '../../../state/vm-store.ts'
import { useAnswer } from '../../../state/use-answer.ts'
import { navigate } from '../../../state/use-route.ts'
import { FailureCard } from '../../../ui/failure-card.tsx'
import { Page } from '../../../ui/page.tsx'
import { Situation } from '../../../ui/situation.tsx'
import { confirm } from '../machine-questions.tsx'
import { sizeWords, timeWords } from '../state-words.ts'
import './trash.css'

/** Deleted machines: bring one back, or delete for good. */
export function TrashPage() {
  const client = useClient()
  const { value, failure, askAgain } = useAnswer(
    useCallback((signal: AbortSignal) => client.call('vm.trash.list', {}, { signal }), [client]),
  )
  const [failed, setFailed] = useState<Failure>()
  const [busy, setBusy] = useState(false)

  // A machine that comes or goes in the library may have come from here or gone here.
  const libraryIds = useVmStore((store) => [...store.entries.keys()].join(' '))
  useEffect(askAgain, [askAgain, libraryIds])

  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    setBusy(true)
    setFailed(undefined)
    try {
      await work()
    } catch (error) {
      setFailed(failureOf(error))
    } finally {
      setBusy(false)
      askAgain()
    }
  }
  const restore = ({ trashId }: TrashedVm): void => void attempt(() => client.call('vm.restore', { trashId }))
  const remove = async (asked: readonly TrashedVm[]): Promise<void> => {
    const machines = withTheirClones(asked, value ?? [])
    const [only] = machines
    const what = machines.length === 1 && only !== undefined ? `“${only.name}”` : `${machines.length} machines`
    const text = `${machines.length === 1 ? 'Its' : 'Their'} disks and logs are deleted, and ${sizeWords(totalBytes(machines))} are given back. There is no way back.`
    const also = machines.filter((machine) => !asked.includes(machine)).map(({ name }) => `“${name}”`)
    const clones = also.length === 0 ? '' : ` With it goes what cannot be restored without it: ${also.join(', ')}.`
    if (!(await confirm({ title: `Delete ${what} for good?`, text: `${text}${clones}`, confirm: 'Delete for good' })))
      return
    await attempt(() => client.call('vm.trash.empty', { trashIds: machines.map(({ trashId }) => trashId) }))
  }

  return (
    <Page
      title="Trash"
      detail={value !== undefined && `${value.length} deleted, ${sizeWords(totalBytes(value))}`}
      actions={
        <>
          <Button
            variant="default"
            leftSection={<ArrowLeft size={15} aria-hidden />}
            onClick={() => navigate({ kind: 'machines' })}
          >
            All machines
          </Button>
          <Button
            color="red.8"
            leftSection={<Trash2 size={15} aria-hidden />}
            disabled={busy || value === undefined || value.length === 0}
            onClick={() => void remove(value ?? [])}
          >
            Empty the trash
          </Button>
        </>
      }
    >
      {failure !== undefined && <FailureCard failure={failure} />}
      {failed !== undefined && <FailureCard failure={failed} onDismiss={() => setFailed(undefined)} />}
      {value === undefined && failure === undefined && (
        <Skeleton height={120} radius="md" role="status" aria-label="Looking into the trash" />
      )}
      {value?.length === 0 && (
        <Situation icon={<Trash2 size={22} />} title="The trash is empty">
          <p>Machines that you delete stay here until you empty it.</p>
        </Situation>
      )}
      {value !== undefined && value.length > 0 && (
        <ul className="trash panel" aria-label="Deleted machines">
          {value.map((machine) => (
            <li key={machine.trashId} className="trash-row">
              <span className="trash-name one-line" dir="auto" title={machine.name}>
                {machine.name}
                {machine.neededBy.length > 0 && (
                  <span className="quiet trash-note">
                    {' '}
                    needed by {machine.neededBy.map(({ name }) => name).join(', ')}
                  </span>
                )}
              </span>
              <span className="quiet number one-line">
                {sizeWords(machine.sizeBytes)}, {timeWords(machine.deletedAt)}
              </span>
              <Button
                size="compact-sm"
                variant="light"
                leftSection={<Undo2 size={14} aria-hidden />}
                aria-label={`Restore ${machine.name}`}
                disabled={busy}
                onClick={() => restore(machine)}
              >
                Restore
              </Button>
              <Button
                size="compact-sm"
                variant="default"
                aria-label={`Delete for good: ${machine.name}`}
                disabled={busy}
                onClick={() => void remove([machine])}
              >
                Delete for good
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Page>
  )
}

/** With the linked clones in the trash that are nothing without them. */
function withTheirClones(asked: readonly TrashedVm[], all: readonly TrashedVm[]): readonly TrashedVm[] {
  const ids = new Set(asked.flatMap(({ trashId, neededBy }) => [trashId, ...neededBy.map((clone) => clone.trashId)]))
  return all.filter(({ trashId }) => ids.has(trashId))
}

const totalBytes = (machines: readonly TrashedVm[]) => machines.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
