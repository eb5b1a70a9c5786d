import { Button } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useEffect, useMemo, useState } from 'react'

import type { CallResult } from '#contract/api'

import { failureOf } from '../../api/call-failed.ts'
import { useClient } from '../../state/client-context.ts'
import { useContainerStore } from '../../state/container-store.ts'
import { setJobDrawerOpen } from '../../state/job-drawer-store.ts'
import { navigate } from '../../state/use-route.ts'
import { FailureCard, type FailureFacts } from '../../ui/failure-card.tsx'
import { ProblemSummary } from '../form/problem-summary.tsx'
import { tellFailure } from '../jobs/tell-failure.ts'
import { draftFrom, firstWishes, missingWords, suggestedName, type Wishes } from './container-draft.ts'
import { openTerminal } from './container-terminals.ts'
import { networkWords, routeWords } from './container-words.ts'
import { FoldersSection, LimitsSection, NetworkSection } from './outside-section.tsx'
import { SourceSection } from './source-section.tsx'
import { WaysView } from './ways-view.tsx'

/** How long typing has to rest before the wishes are checked, in ms. */
const REST_MS = 200

/** The launcher: what runs in it, what it reaches, its limits; with a root file system at hand it ends in a terminal. */
export function NewContainer() {
  const client = useClient()
  const entries = useContainerStore((store) => store.entries)
  const [wishes, setWishes] = useState(firstWishes)
  const [answer, setAnswer] = useState<CallResult<'container.preview'>>()
  const [failure, setFailure] = useState<FailureFacts>()
  const [busy, setBusy] = useState(false)
  const suggested = suggestedName(
    wishes,
    [...(entries?.values() ?? [])].map(({ name }) => name),
  )
  const name = wishes.name.trim() === '' ? suggested : wishes.name.trim()
  const draft = useMemo(() => draftFrom(wishes, name), [wishes, name])
  const missing = missingWords(wishes)
  const [settled] = useDebouncedValue(draft, REST_MS)
  const change = (part: Partial<Wishes>) => setWishes((before) => ({ ...before, ...part }))

  useEffect(() => {
    const stop = new AbortController()
    client.call('container.preview', { draft: settled }, { signal: stop.signal }).then(setAnswer, (error: unknown) => {
      if (!stop.signal.aborted) setFailure(failureOf(error))
    })
    return () => stop.abort()
  }, [client, settled])

  const make = async () => {
    setBusy(true)
    setFailure(undefined)
    try {
      const { id } = await client.call('container.create', { draft })
      if (id === undefined) {
        setJobDrawerOpen(true)
        navigate({ kind: 'containers', view: 'list' })
      } else {
        // Whatever becomes of its first start, the container is there.
        await openTerminal(client, { id, name }).catch((error: unknown) => tellFailure(failureOf(error)))
        navigate({ kind: 'container', id })
      }
    } catch (error) {
      setFailure(failureOf(error))
    } finally {
      setBusy(false)
    }
  }
  // Of a source that is not named yet, the missing name is all there is to say.
  const problems = (answer?.problems ?? []).filter(({ field }) => missing === undefined || !field.startsWith('source'))
  const blocked = missing !== undefined || problems.some(({ severity }) => severity === 'error')
  return (
    <>
      <form
        className="spec-form container-launcher"
        onSubmit={(event) => {
          event.preventDefault()
          if (!blocked && !busy) void make()
        }}
      >
        <ProblemSummary problems={problems} />
        <SourceSection wishes={wishes} problems={problems} change={change} suggestedName={suggested} />
        <NetworkSection wishes={wishes} problems={problems} change={change} />
        <FoldersSection wishes={wishes} problems={problems} change={change} />
        <LimitsSection wishes={wishes} problems={problems} change={change} />
        <div className="form-actions">
          <Button type="submit" disabled={blocked} loading={busy}>
            Make the container
          </Button>
          <span className="quiet" role="status">
            {missing ?? launchWords(answer)}
          </span>
        </div>
      </form>
      {failure !== undefined && <FailureCard failure={failure} onDismiss={() => setFailure(undefined)} />}
      <WaysView architecture={wishes.architecture} />
    </>
  )
}

function launchWords(answer: CallResult<'container.preview'> | undefined): string {
  const route = answer?.route === undefined ? '' : routeWords[answer.route]
  const network = answer?.network === undefined ? '' : `${networkWords[answer.network]}.`
  return `${route} ${network}`.trim()
}
