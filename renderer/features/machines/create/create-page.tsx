import { Button } from '@mantine/core'
import { ArrowLeft } from 'lucide-react'
import { useEffect, useMemo, useRef, useState } from 'react'

import { failureOf } from '../../../api/call-failed.ts'
import { useClient } from '../../../state/client-context.ts'
import { navigate } from '../../../state/use-route.ts'
import { useVmStore } from '../../../state/vm-store.ts'
import { FailureCard, type FailureFacts } from '../../../ui/failure-card.tsx'
import { Page } from '../../../ui/page.tsx'
import { draftFromSource, nameFromPath, type NewMachine, type Source } from './draft-from-source.ts'
import { freeName } from './free-name.ts'
import { ReviewStep } from './review-step.tsx'
import { emptySource, SourceStep, type Wish } from './source-step.tsx'
import './create.css'

/** A new machine in two steps: what it starts from, and a review of everything that follows from it. */
export function CreatePage() {
  const client = useClient()
  const entries = useVmStore((store) => store.entries)
  const [wish, setWish] = useState<Wish>(() => ({
    source: emptySource('iso', 'x86_64'),
    preset: 'paravirtual',
    architecture: 'x86_64',
    name: '',
  }))
  const [reviewed, setReviewed] = useState<{ readonly wish: Wish; readonly machine: NewMachine }>()
  const [step, setStep] = useState<'source' | 'review'>('source')
  const [creating, setCreating] = useState(false)
  const [failure, setFailure] = useState<FailureFacts>()

  const shownStep = useRef(step)
  useEffect(() => {
    if (shownStep.current === step) return
    shownStep.current = step
    document.querySelector<HTMLElement>('#page-title')?.focus()
  }, [step])

  const suggestedName = useMemo(
    () =>
      freeName(
        nameFromPath(pathOf(wish.source)) || 'New machine',
        [...entries.values()].map((entry) => entry.name),
      ),
    [wish.source, entries],
  )

  const review = (): void => {
    // Choices made on the review page outlive a look back, as long as the source is the same.
    if (reviewed?.wish !== wish) {
      const name = wish.name.trim() === '' ? suggestedName : wish.name
      setReviewed({ wish, machine: draftFromSource({ ...wish, name }) })
    }
    setStep('review')
  }

  const create = async (machine: NewMachine): Promise<void> => {
    setCreating(true)
    setFailure(undefined)
    try {
      const { id } = await client.call('vm.create', { draft: machine.draft, newDisks: { ...machine.newDisks } })
      navigate({ kind: 'machine', id, tab: 'serial' })
    } catch (error) {
      setFailure(failureOf(error))
      setCreating(false)
    }
  }

  return (
    <Page
      title="New machine"
      detail={step === 'source' ? 'Step 1 of 2: what it starts from' : 'Step 2 of 2: review'}
      actions={
        <Button
          variant="default"
          leftSection={<ArrowLeft size={16} aria-hidden />}
          onClick={() => (step === 'review' ? setStep('source') : navigate({ kind: 'machines' }))}
        >
          {step === 'review' ? 'Back' : 'All machines'}
        </Button>
      }
    >
      {failure !== undefined && (
        <div className="create-failure">
          <FailureCard failure={failure} onDismiss={() => setFailure(undefined)} />
        </div>
      )}
      {step === 'source' || reviewed === undefined ? (
        <SourceStep wish={wish} suggestedName={suggestedName} onChange={setWish} onNext={review} />
      ) : (
        <ReviewStep
          machine={reviewed.machine}
          creating={creating}
          onChange={(machine) => setReviewed({ wish, machine })}
          onCreate={() => void create(reviewed.machine)}
        />
      )}
    </Page>
  )
}

function pathOf(source: Source): string {
  switch (source.kind) {
    case 'iso':
      return source.isoPath
    case 'disk':
      return source.diskPath
    case 'kernel':
      return source.kernelPath
    case 'blank':
      return ''
  }
}
