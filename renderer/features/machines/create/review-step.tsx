import type { CloudInitInput } from '#contract/cloud-init'
import type { VmDraft } from '#contract/vm-spec'
import { Button } from '@mantine/core'
import { Plus, SquareTerminal } from 'lucide-react'
import { useMemo } from 'react'

import { FailureCard } from '../../../ui/failure-card.tsx'
import { AccelerationBadge } from '../acceleration-badge.tsx'
import { CommandView } from '../command-view.tsx'
import { SpecFormView } from '../form/spec-form.tsx'
import { usePreview } from '../form/use-preview.ts'
import { BudgetSection } from './budget-section.tsx'
import { checkedCloudInit, cloudInitProblems } from './cloud-init-draft.ts'
import { CloudInitSection } from './cloud-init-section.tsx'
import type { NewMachine } from './draft-from-source.ts'

interface ReviewStepProps {
  readonly machine: NewMachine
  /** Of an image of the store, whose file is named by its digest. */
  readonly imageTitle: string | undefined
  readonly creating: boolean
  readonly onChange: (machine: NewMachine) => void
  readonly onCreate: (cloudInit: CloudInitInput | undefined) => void
}

/** Everything that was chosen, each of it changeable, and the command that will run. */
export function ReviewStep({ machine, imageTitle, creating, onChange, onCreate }: ReviewStepProps) {
  const { draft, newDisks, imports, cloudInit } = machine
  const preview = usePreview(draft, newDisks, imports, cloudInit.enabled)
  const checked = useMemo(() => checkedCloudInit(cloudInit), [cloudInit])
  const problems = [...(preview.result?.problems ?? []), ...cloudInitProblems(checked)]
  const refused = problems.some((problem) => problem.severity === 'error')

  const change = (patch: Partial<VmDraft>): void => {
    const next = { ...draft, ...patch }
    const kept = Object.entries(newDisks).filter(([id]) => next.disks.some((disk) => disk.id === id))
    const brought = Object.entries(imports).filter(([id]) => next.disks.some((disk) => disk.id === id))
    onChange({
      ...machine,
      draft: next,
      newDisks: kept.length === Object.keys(newDisks).length ? newDisks : Object.fromEntries(kept),
      imports: brought.length === Object.keys(imports).length ? imports : Object.fromEntries(brought),
    })
  }

  return (
    <>
      <div className="create-actions review-actions">
        <Button
          leftSection={<Plus size={16} aria-hidden />}
          disabled={refused || !preview.current}
          loading={creating}
          onClick={() => onCreate(checked.wish)}
        >
          Create
        </Button>
        {preview.result?.acceleration !== undefined && (
          <AccelerationBadge architecture={draft.architecture} acceleration={preview.result.acceleration} focusable />
        )}
        <Button
          variant="subtle"
          leftSection={<SquareTerminal size={16} aria-hidden />}
          disabled={preview.result?.command === undefined}
          onClick={() => document.querySelector('#review-command')?.scrollIntoView()}
        >
          See the command
        </Button>
        <span className="quiet" aria-live="polite">
          {readyWords(creating, refused, preview.current)}
        </span>
      </div>
      {preview.failure !== undefined && <FailureCard failure={preview.failure} />}
      <BudgetSection
        draft={draft}
        newDisks={newDisks}
        disabled={creating}
        onChange={change}
        onNewDisks={(sizes) => onChange({ ...machine, newDisks: sizes })}
      />
      <Imports machine={machine} imageTitle={imageTitle} />
      <SpecFormView
        form={{ draft, change, problems, disabled: creating }}
        architectureFixed={false}
        onArchitecture={(architecture) => change({ architecture })}
        newDisks={newDisks}
      />
      {draft.kernel === undefined && (
        <div className="spec-form">
          <CloudInitSection
            draft={cloudInit}
            checked={checked}
            disabled={creating}
            onChange={(next) => onChange({ ...machine, cloudInit: next })}
          />
        </div>
      )}
      {preview.result?.command !== undefined && (
        <section className="review-command" id="review-command" aria-label="Command">
          <h2 className="form-section-title">The command that will run</h2>
          <CommandView command={preview.result.command} />
        </section>
      )}
    </>
  )
}

function readyWords(creating: boolean, refused: boolean, current: boolean): string {
  if (creating) return 'Being made.'
  if (refused) return 'Some choices have to change first.'
  return current ? 'Ready to create.' : 'Checking.'
}

/** What happens to files from elsewhere. */
function Imports({ machine: { draft, imports }, imageTitle }: Pick<ReviewStepProps, 'machine' | 'imageTitle'>) {
  return draft.disks.map(({ id, path }) => {
    const wanted = imports[id]
    return (
      wanted !== undefined && (
        <p key={id} className="import-note wrap-anywhere">
          <strong>{imageTitle ?? wanted.from}</strong> is{' '}
          {wanted.convertFrom !== undefined ? 'converted' : wanted.mode === 'copy' ? 'copied' : 'moved'} into the
          machine’s folder as <strong>{path}</strong>.
        </p>
      )
    )
  })
}
