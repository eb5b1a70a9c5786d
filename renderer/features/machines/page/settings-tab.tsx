import type { VmDraft, VmSpec } from '#contract/vm-spec'
import type { MachineEntry } from '#contract/vm-state'
import { Button, Skeleton } from '@mantine/core'
import { Info } from 'lucide-react'
import { useState } from 'react'

import { failureOf } from '../../../api/call-failed.ts'
import { useClient } from '../../../state/client-context.ts'
import { FailureCard, type FailureFacts } from '../../../ui/failure-card.tsx'
import { confirm } from '../machine-questions.tsx'
import { SpecFormView } from '../form/spec-form.tsx'
import { usePreview } from '../form/use-preview.ts'
import { changesLive } from './changes-live.ts'
import { useVmDetail } from './use-vm-detail.ts'

type NewDisks = Readonly<Record<string, number>>

export function SettingsTab({ entry }: { readonly entry: MachineEntry }) {
  const { value: detail, failure } = useVmDetail(entry)
  if (detail?.spec !== undefined) return <SpecEditor stored={detail.spec} entry={entry} />
  if (failure !== undefined) return <FailureCard failure={failure} />
  return <Skeleton height={320} radius="md" role="status" aria-label="Loading the settings" />
}

/** The stored spec with the changes that are not saved yet on top. */
function SpecEditor({ stored, entry }: { readonly stored: VmSpec; readonly entry: MachineEntry }) {
  const client = useClient()
  const [changes, setChanges] = useState<Partial<VmDraft>>({})
  const [planned, setPlanned] = useState<NewDisks>({})
  const [saving, setSaving] = useState(false)
  const [failure, setFailure] = useState<FailureFacts>()
  const spec: VmSpec = useStable({ ...stored, ...changes })
  const newDisks: NewDisks = useStable(
    Object.fromEntries(Object.entries(planned).filter(([id]) => spec.disks.some((disk) => disk.id === id))),
  )
  const preview = usePreview(spec, newDisks)

  const isOn = entry.state.kind === 'running' || entry.state.kind === 'paused'
  const fixed = fixedBecause(entry)
  const dirty = JSON.stringify(spec) !== JSON.stringify(stored)
  const problems = preview.result?.problems ?? []
  const refused = problems.some((problem) => problem.severity === 'error')

  const discard = (): void => {
    setChanges({})
    setPlanned({})
  }
  const save = async (): Promise<void> => {
    const unasked = problems.find(({ code }) => code === 'share-hidden')
    const title = 'Share this folder with the guest?'
    if (unasked !== undefined && !(await confirm({ title, text: unasked.message, confirm: 'Share it' }))) return
    setSaving(true)
    setFailure(undefined)
    try {
      await client.call('vm.update', { spec, newDisks: { ...newDisks } })
      discard()
    } catch (error) {
      setFailure(failureOf(error))
    } finally {
      setSaving(false)
    }
  }

  return (
    <div className="settings">
      {fixed !== undefined && (
        <p className="settings-fixed" role="note">
          <Info size={16} aria-hidden /> {fixed}
        </p>
      )}
      {isOn && (
        <p className="settings-fixed" role="note">
          <Info size={16} aria-hidden /> The machine is on. What is marked can change only while it is off; everything
          else changes at once.
        </p>
      )}
      {failure !== undefined && <FailureCard failure={failure} onDismiss={() => setFailure(undefined)} />}
      {preview.failure !== undefined && <FailureCard failure={preview.failure} />}
      <SpecFormView
        form={{
          draft: spec,
          change: (patch) => setChanges((earlier) => ({ ...earlier, ...patch })),
          problems,
          disabled: fixed !== undefined || saving,
          ...(isOn ? { canChange: (path: string) => changesLive(stored, spec, path) } : {}),
        }}
        architectureFixed
        newDisks={newDisks}
        onNewDisks={setPlanned}
      />
      {dirty && fixed === undefined && (
        <div className="settings-save">
          <Button loading={saving} disabled={refused || !preview.current} onClick={() => void save()}>
            {isOn ? 'Apply now' : 'Save'}
          </Button>
          <Button variant="default" disabled={saving} onClick={discard}>
            Discard changes
          </Button>
          <span className="quiet" aria-live="polite">
            {refused
              ? 'Some values have to change first.'
              : preview.current
                ? isOn
                  ? 'Changes the running machine, and is kept.'
                  : 'Used from the next start on.'
                : 'Checking.'}
          </span>
        </div>
      )}
    </div>
  )
}

function fixedBecause(entry: MachineEntry): string | undefined {
  if (entry.readOnly) return 'Made by a newer Petri: these settings can be read, and changed only by that version.'
  switch (entry.state.kind) {
    case 'stopped':
      return undefined
    case 'running':
    case 'paused':
      return undefined
    case 'suspended':
      return 'The saved memory fits only this hardware. Resume it, or discard the saved memory, to change settings.'
    default:
      return 'The machine is between two states. Its settings can change again in a moment.'
  }
}

/** The same object as long as its content is the same, so that effects run only on real changes. */
function useStable<T>(value: T): T {
  const [kept, setKept] = useState(value)
  if (kept === value || JSON.stringify(kept) === JSON.stringify(value)) return kept
  setKept(value)
  return value
}
