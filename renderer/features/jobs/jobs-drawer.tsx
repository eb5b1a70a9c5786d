import { Button, Drawer } from '@mantine/core'
import { ListChecks } from 'lucide-react'
import { useMemo } from 'react'

import { setJobDrawerOpen, useJobDrawerStore } from '../../state/job-drawer-store.ts'
import { useJobStore } from '../../state/job-store.ts'
import { Situation } from '../../ui/situation.tsx'
import { useJobActions } from './job-actions.ts'
import { JobCard } from './job-card.tsx'
import { arrangeJobs, isOpenJob } from './job-words.ts'
import './jobs.css'

/** Everything long that is under way, and how earlier ones ended. It lies over any screen. */
export function JobsDrawer() {
  const open = useJobDrawerStore((store) => store.open)
  const jobs = useJobStore((store) => store.jobs)
  const actions = useJobActions()
  const arranged = useMemo(() => arrangeJobs(jobs.values()), [jobs])
  const openCount = arranged.filter(isOpenJob).length
  return (
    <Drawer
      opened={open}
      onClose={() => setJobDrawerOpen(false)}
      position="right"
      size={460}
      title="Jobs"
      className="jobs-drawer"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {arranged.length === 0 ? (
        <Situation icon={<ListChecks size={24} />} title="Nothing is under way">
          <p>Downloads, copies and everything else that takes a while are shown here.</p>
        </Situation>
      ) : (
        <>
          <div className="jobs-head">
            <span className="quiet" aria-live="polite">
              {openCount === 0 ? 'Nothing is under way' : `${openCount} under way`}
            </span>
            {openCount < arranged.length && (
              <Button size="compact-sm" variant="subtle" color="gray" onClick={() => void actions.clear()}>
                Clear ended
              </Button>
            )}
          </div>
          <ul className="jobs">
            {arranged.map((job) => (
              <JobCard key={job.id} job={job} ask={actions.ask} />
            ))}
          </ul>
        </>
      )}
    </Drawer>
  )
}
