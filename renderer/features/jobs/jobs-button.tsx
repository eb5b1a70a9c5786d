import { Tooltip, UnstyledButton } from '@mantine/core'
import { ListChecks } from 'lucide-react'

import { setJobDrawerOpen, useJobDrawerStore } from '../../state/job-drawer-store.ts'
import { useJobStore } from '../../state/job-store.ts'
import { isOpenJob } from './job-words.ts'

/** Opens the drawer; says how many jobs are under way. */
export function JobsButton() {
  const count = useJobStore((store) => [...store.jobs.values()].filter(isOpenJob).length)
  const open = useJobDrawerStore((store) => store.open)
  const label = count === 0 ? 'Jobs (Alt+J)' : `Jobs, ${count} under way (Alt+J)`
  return (
    <Tooltip label={label} position="right">
      <UnstyledButton
        className="rail-tool"
        aria-label={label}
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setJobDrawerOpen(true)}
      >
        <span className="rail-icon">
          <ListChecks size={18} aria-hidden />
          {count > 0 && (
            <span className="rail-count" aria-hidden>
              {count > 99 ? '99+' : count}
            </span>
          )}
        </span>
      </UnstyledButton>
    </Tooltip>
  )
}
