import type { Job } from '#contract/job'
import { useCallback } from 'react'

import { useClient } from '../../state/client-context.ts'
import { useAnswer } from '../../state/use-answer.ts'
import { FailureCard } from '../../ui/failure-card.tsx'
import { RawText } from '../../ui/raw-text.tsx'

/** What a job wrote about itself; read again whenever it begins something new or ends. */
export function JobLog({ job }: { readonly job: Job }) {
  const client = useClient()
  const step = 'at' in job.state && typeof job.state.at === 'object' ? job.state.at.phase : job.state.kind
  const ask = useCallback(
    (signal: AbortSignal) => client.call('job.show', { id: job.id }, { signal }),
    // oxlint-disable-next-line react/exhaustive-deps -- a new step means new lines
    [client, job.id, step],
  )
  const { value, failure } = useAnswer(ask)
  if (failure !== undefined) return <FailureCard failure={failure} />
  if (value === undefined)
    return (
      <p className="job-text quiet" role="status">
        Reading the log
      </p>
    )
  if (value.log.length === 0) return <p className="job-text quiet">Nothing was written yet.</p>
  return <RawText className="job-log" label={`Log of ${job.title}`} text={value.log.join('\n')} fromEnd />
}
