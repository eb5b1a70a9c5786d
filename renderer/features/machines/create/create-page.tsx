import type { InspectedMedium } from '#contract/medium'
import { Button } from '@mantine/core'
import { ArrowLeft } from 'lucide-react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'

import { navigate } from '../../../state/use-route.ts'
import { useVmStore } from '../../../state/vm-store.ts'
import { FailureCard } from '../../../ui/failure-card.tsx'
import { Page } from '../../../ui/page.tsx'
import { CreateProgress } from './create-progress.tsx'
import { draftFromSource, nameFromPath, type NewMachine } from './draft-from-source.ts'
import { freeName } from './free-name.ts'
import { ReviewStep } from './review-step.tsx'
import { pathOf, type Wish } from './source.ts'
import { emptySource } from './source-fields.tsx'
import { SourceStep } from './source-step.tsx'
import { useCreate } from './use-create.ts'
import { useInspection } from './use-inspection.ts'
import { withMedium } from './with-medium.ts'
import './create.css'

/** A new machine in two steps: what it starts from, and a review of everything that follows from it. */
export function CreatePage() {
  const entries = useVmStore((store) => store.entries)
  const [wish, setWish] = useState<Wish>(() => ({
    source: emptySource('iso', 'x86_64'),
    preset: 'paravirtual',
    architecture: 'x86_64',
    name: '',
  }))
  const [reviewed, setReviewed] = useState<{ readonly wish: Wish; readonly machine: NewMachine }>()
  /** Asked to go on before it was known what the file is. */
  const [waiting, setWaiting] = useState(false)
  const [step, setStep] = useState<'source' | 'review'>('source')
  const { create, clone, jobId, busy, failure, dismissFailure } = useCreate()
  const onFound = useCallback((medium: InspectedMedium) => setWish((current) => withMedium(current, medium)), [])
  const inspection = useInspection(pathOf(wish.source), onFound)

  const shownStep = useRef(step)
  useEffect(() => {
    if (shownStep.current === step) return
    shownStep.current = step
    document.querySelector<HTMLElement>('#page-title')?.focus()
  }, [step])

  const suggestedName = useMemo(() => {
    const names = [...entries.values()].map((entry) => entry.name)
    return freeName(
      suggestionFor(wish, (id) => entries.get(id)?.name),
      names,
    )
  }, [wish, entries])
  const name = wish.name.trim() === '' ? suggestedName : wish.name

  const next = (): void => {
    const { source } = wish
    if (source.kind === 'template') {
      void clone(source.templateId, source.clone, name)
      return
    }
    if (pathOf(source) !== '' && inspection === undefined) return setWaiting(true)
    // Choices made on the review page outlive a look back, as long as the source is the same.
    if (reviewed?.wish !== wish) setReviewed({ wish, machine: draftFromSource({ ...wish, source, name }) })
    setStep('review')
  }

  if (waiting && inspection !== undefined) {
    setWaiting(false)
    if (inspection.failure === undefined) next()
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
          <FailureCard failure={failure} onDismiss={dismissFailure} />
        </div>
      )}
      {jobId !== undefined && <CreateProgress jobId={jobId} />}
      {step === 'source' || reviewed === undefined ? (
        <SourceStep
          wish={wish}
          suggestedName={suggestedName}
          inspection={inspection}
          busy={busy || waiting}
          onChange={(changed) => {
            setWaiting(false)
            setWish(changed)
          }}
          onNext={next}
        />
      ) : (
        <ReviewStep
          machine={reviewed.machine}
          imageTitle={reviewed.wish.source.kind === 'image' ? reviewed.wish.source.image?.title : undefined}
          creating={busy}
          onChange={(machine) => setReviewed({ wish, machine })}
          onCreate={(cloudInit) => void create(reviewed.machine, cloudInit)}
        />
      )}
    </Page>
  )
}

function suggestionFor({ source, os }: Wish, nameOf: (id: string) => string | undefined): string {
  if (source.kind === 'image') return source.image?.title.slice(0, 110) ?? 'New machine'
  if (source.kind === 'template') return nameOf(source.templateId) ?? 'New machine'
  return os?.name ?? (nameFromPath(pathOf(source)) || 'New machine')
}
