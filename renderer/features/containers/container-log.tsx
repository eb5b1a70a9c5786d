import { Button, Skeleton } from '@mantine/core'
import { RefreshCw, ScrollText } from 'lucide-react'
import { useCallback } from 'react'

import type { ContainerEntry } from '#contract/container'

import { useClient } from '../../state/client-context.ts'
import { useAnswer } from '../../state/use-answer.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import { FailureCard } from '../../ui/failure-card.tsx'
import { RawText } from '../../ui/raw-text.tsx'
import { Situation } from '../../ui/situation.tsx'

/** What process 1 and LXC said. */
export function ContainerLog({ entry }: { readonly entry: ContainerEntry }) {
  const client = useClient()
  // A changed entry is a new object: it is asked again then.
  const ask = useCallback(
    async (signal: AbortSignal) => ({
      of: entry,
      text: (await client.call('container.log', { id: entry.id }, { signal })).text.trimEnd(),
    }),
    [client, entry],
  )
  const { value, failure, askAgain } = useAnswer(ask)
  if (failure !== undefined)
    return <FailureCard failure={failure} actions={<Button onClick={askAgain}>Look again</Button>} />
  if (value === undefined) return <Skeleton height={160} role="status" aria-label="Loading the log" />
  const again = (
    <Button
      size="compact-sm"
      variant="subtle"
      color="gray"
      leftSection={<RefreshCw size={14} aria-hidden />}
      onClick={askAgain}
    >
      Read again
    </Button>
  )
  if (value.text === '')
    return (
      <Situation icon={<ScrollText size={22} />} title="Nothing was said" actions={again}>
        What LXC complains of, and what process 1 writes, is kept here.
      </Situation>
    )
  return (
    <section className="panel container-log" aria-label={`Log of ${entry.name}`}>
      <div className="container-log-bar">
        <CopyButton text={value.text} label="Copy log" variant="subtle" />
        {again}
      </div>
      <RawText className="container-config" label="Log text" text={value.text} fromEnd />
    </section>
  )
}
