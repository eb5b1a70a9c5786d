import { Button, Progress } from '@mantine/core'

import { useEffect, useRef } from 'react'

import { useClient } from '../../../state/client-context.ts'
import { useJobStore } from '../../../state/job-store.ts'

/** A machine that is being made: how far it is, and the way to stop it. Leaving the page does not. */
export function CreateProgress({ jobId }: { readonly jobId: string }) {
  const client = useClient()
  const section = useRef<HTMLElement>(null)
  useEffect(() => section.current?.scrollIntoView({ block: 'center' }), [])
  const job = useJobStore((store) => store.jobs.get(jobId))
  const at = job?.state.kind === 'running' || job?.state.kind === 'paused' ? job.state.at : undefined
  const share =
    at?.progress ??
    (at?.totalBytes !== undefined && at.totalBytes > 0 ? (at.doneBytes ?? 0) / at.totalBytes : undefined)
  return (
    <section ref={section} className="create-progress panel" aria-label="Being made" role="status">
      <p>{job?.state.kind === 'queued' ? 'Waiting for the one before' : (at?.phase ?? 'Beginning')}</p>
      <Progress
        aria-label="Progress"
        value={share === undefined ? 100 : Math.min(100, share * 100)}
        animated={share === undefined}
      />
      <p className="quiet">It goes on when you leave this page; the jobs drawer (Alt+J) shows it, too.</p>
      <Button variant="default" onClick={() => void client.call('job.cancel', { id: jobId }).catch(() => undefined)}>
        Cancel
      </Button>
    </section>
  )
}
