import { notifications } from '@mantine/notifications'

import { useJobStore } from '../../state/job-store.ts'
import { JobNotice } from './job-notice.tsx'
import { isOpenJob } from './job-words.ts'

/** How long it stays, in ms; the job's end takes it away before. */
const SHOWN_MS = 6_000

/** Says that a job goes on in the background, for what shows no progress of its own on the screen. */
export function tellBegun(jobId: string): void {
  const job = useJobStore.getState().jobs.get(jobId)
  // Its end may have been announced before the answer came, and has been told.
  if (job !== undefined && !isOpenJob(job)) return
  const id = begunNotice(jobId)
  notifications.show({
    id,
    title: job?.title ?? 'It has begun',
    autoClose: SHOWN_MS,
    closeButtonProps: { 'aria-label': 'Dismiss' },
    message: <JobNotice id={id} text="It goes on in the background." more="Progress" />,
  })
}

export function begunNotice(jobId: string): string {
  return `begin-of-${jobId}`
}
