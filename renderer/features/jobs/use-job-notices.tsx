import type { Job } from '#contract/job'
import { notifications } from '@mantine/notifications'
import { useEffect } from 'react'

import { useJobDrawerStore } from '../../state/job-drawer-store.ts'
import { useJobStore } from '../../state/job-store.ts'
import { JobNotice } from './job-notice.tsx'
import { isOpenJob } from './job-words.ts'
import { begunNotice } from './tell-begun.tsx'

/** A failure stays longer: it asks for something to be done. In ms. */
const DONE_SHOWN_MS = 6_000
const FAILED_SHOWN_MS = 20_000

/** Tells of each job's end, on whatever screen the person is by then; not while the drawer shows it anyway. */
export function useJobNotices(): void {
  useEffect(
    () =>
      useJobStore.subscribe(({ jobs }, before) => {
        if (jobs === before.jobs || useJobDrawerStore.getState().open) return
        for (const job of jobs.values()) {
          const earlier = before.jobs.get(job.id)
          if (earlier !== undefined && earlier !== job && isOpenJob(earlier)) tellEnd(job)
        }
      }),
    [],
  )
}

function tellEnd(job: Job): void {
  notifications.hide(begunNotice(job.id))
  if (job.state.kind === 'done') show(job, job.state.summary, { autoClose: DONE_SHOWN_MS })
  else if (job.state.kind === 'failed') show(job, job.state.failure.title, { autoClose: FAILED_SHOWN_MS, color: 'red' })
}

function show(job: Job, text: string, how: { readonly autoClose: number; readonly color?: string }): void {
  const id = `end-of-${job.id}`
  notifications.show({
    id,
    title: job.state.kind === 'failed' ? `Failed: ${job.title}` : `Done: ${job.title}`,
    closeButtonProps: { 'aria-label': 'Dismiss' },
    ...how,
    message: <JobNotice id={id} text={text} more="Details" />,
  })
}
