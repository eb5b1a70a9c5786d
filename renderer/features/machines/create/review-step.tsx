import type { VmDraft } from '#contract/vm-spec'
import { Button } from '@mantine/core'
import { Plus, SquareTerminal } from 'lucide-react'

import { FailureCard } from '../../../ui/failure-card.tsx'
import { AccelerationBadge } from '../acceleration-badge.tsx'
import { CommandView } from '../command-view.tsx'
import { SpecFormView } from '../form/spec-form.tsx'
import { usePreview } from '../form/use-preview.ts'
import type { NewMachine } from './draft-from-source.ts'

interface ReviewStepProps {
  readonly machine: NewMachine
  readonly creating: boolean
  readonly onChange: (machine: NewMachine) => void
  readonly onCreate: () => void
}

/** Everything that was chosen, each of it changeable, and the command that will run. */
export function ReviewStep({ machine, creating, onChange, onCreate }: ReviewStepProps) {
  const { draft, newDisks } = machine
  const preview = usePreview(draft, newDisks)
  const problems = preview.result?.problems ?? []
  const refused = problems.some((problem) => problem.severity === 'error')

  const change = (patch: Partial<VmDraft>): void => {
    const next = { ...draft, ...patch }
    const kept = Object.entries(newDisks).filter(([id]) => next.disks.some((disk) => disk.id === id))
    onChange({
      draft: next,
      newDisks: kept.length === Object.keys(newDisks).length ? newDisks : Object.fromEntries(kept),
    })
  }

  return (
    <>
      <div className="create-actions review-actions">
        <Button
          leftSection={<Plus size={16} aria-hidden />}
          disabled={refused || !preview.current}
          loading={creating}
          onClick={onCreate}
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
          {refused ? 'Some choices have to change first.' : preview.current ? 'Ready to create.' : 'Checking.'}
        </span>
      </div>
      {preview.failure !== undefined && <FailureCard failure={preview.failure} />}
      <SpecFormView
        form={{ draft, change, problems, disabled: creating }}
        architectureFixed={false}
        onArchitecture={(architecture) => change({ architecture })}
        newDisks={newDisks}
      />
      {preview.result?.command !== undefined && (
        <section className="review-command" id="review-command" aria-label="Command">
          <h2 className="form-section-title">The command that will run</h2>
          <CommandView command={preview.result.command} />
        </section>
      )}
    </>
  )
}
