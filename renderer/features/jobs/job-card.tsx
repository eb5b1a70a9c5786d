import type { Job, JobProgress } from '#contract/job'
import { ActionIcon, Button, Progress, Tooltip } from '@mantine/core'
import { ArrowRight, Pause, Play, RotateCcw, X } from 'lucide-react'
import { type ReactNode, useState } from 'react'

import { setJobDrawerOpen } from '../../state/job-drawer-store.ts'
import { formatRoute } from '../../state/route.ts'
import { DisclosureButton } from '../../ui/disclosure-button.tsx'
import { FailureCard } from '../../ui/failure-card.tsx'
import { timeWords } from '../machines/state-words.ts'
import type { JobMove } from './job-actions.ts'
import { JobLog } from './job-log.tsx'
import { durationWords, isOpenJob, jobAmountWords, jobFraction, jobPlace, jobStateWords } from './job-words.ts'

interface JobCardProps {
  readonly job: Job
  readonly ask: (id: string, move: JobMove) => Promise<void>
}

/** One long action: what it does now, how far it is, how it ended, and what can be done about it. */
export function JobCard({ job, ask }: JobCardProps) {
  const [logShown, setLogShown] = useState(false)
  const { label, tone } = jobStateWords(job.state)
  const place = jobPlace(job)
  const canBeginAgain = !isOpenJob(job) && job.canRetry && job.state.kind !== 'done'
  return (
    <li className="job" aria-label={job.title}>
      <div className="job-head">
        <h3 className="job-title wrap-anywhere">{job.title}</h3>
        <span className={`job-state tone-${tone}`}>{label}</span>
        <JobTools job={job} ask={ask} />
      </div>
      <JobBody job={job} />
      <div className="job-foot">
        {place !== undefined && (
          <Button
            size="compact-sm"
            variant="light"
            component="a"
            href={formatRoute(place.route)}
            leftSection={<ArrowRight size={14} aria-hidden />}
            onClick={() => setJobDrawerOpen(false)}
          >
            {place.label}
          </Button>
        )}
        {canBeginAgain && (
          <Button
            size="compact-sm"
            variant="light"
            leftSection={<RotateCcw size={14} aria-hidden />}
            onClick={() => void ask(job.id, 'retry')}
          >
            Try again
          </Button>
        )}
        <DisclosureButton shown={logShown} onChange={setLogShown}>
          {logShown ? 'Hide log' : 'Show log'}
        </DisclosureButton>
      </div>
      {logShown && <JobLog job={job} />}
    </li>
  )
}

function JobTools({ job, ask }: JobCardProps) {
  const { kind } = job.state
  return (
    <div className="job-tools">
      {kind === 'running' && job.canPause && (
        <JobTool label={`Pause ${job.title}`} icon={<Pause size={15} />} onClick={() => void ask(job.id, 'pause')} />
      )}
      {kind === 'paused' && (
        <JobTool
          label={`Go on with ${job.title}`}
          icon={<Play size={15} />}
          onClick={() => void ask(job.id, 'resume')}
        />
      )}
      {isOpenJob(job) ? (
        <JobTool label={`Cancel ${job.title}`} icon={<X size={15} />} onClick={() => void ask(job.id, 'cancel')} />
      ) : (
        <JobTool
          label={`Remove ${job.title} from this list`}
          icon={<X size={15} />}
          onClick={() => void ask(job.id, 'forget')}
        />
      )}
    </div>
  )
}

function JobTool(props: { readonly label: string; readonly icon: ReactNode; readonly onClick: () => void }) {
  return (
    <Tooltip label={props.label}>
      <ActionIcon size="sm" aria-label={props.label} onClick={props.onClick}>
        {props.icon}
      </ActionIcon>
    </Tooltip>
  )
}

function JobBody({ job }: { readonly job: Job }) {
  const { state } = job
  switch (state.kind) {
    case 'queued':
      return <p className="job-text quiet">It begins when those before it have ended.</p>
    case 'running':
    case 'paused':
      return <JobBar title={job.title} at={state.at} paused={state.kind === 'paused'} />
    case 'done':
      return (
        <p className="job-text wrap-anywhere">
          {state.summary}{' '}
          <span className="quiet">
            {timeWords(state.at)}, after {durationWords(state.seconds)}
          </span>
        </p>
      )
    case 'failed':
      return (
        <div className="job-failure">
          <FailureCard failure={state.failure} />
        </div>
      )
    case 'cancelled':
      return <p className="job-text quiet">Cancelled at {timeWords(state.at)}. Nothing half-made was kept.</p>
    case 'interrupted':
      return <p className="job-text quiet">Petri ended while it was under way.</p>
  }
}

function JobBar({ title, at, paused }: { readonly title: string; readonly at: JobProgress; readonly paused: boolean }) {
  const fraction = jobFraction(at)
  const known = fraction !== undefined
  return (
    <div className="job-progress">
      <Progress.Root size="sm">
        <Progress.Section
          value={known ? fraction * 100 : 100}
          // Stripes: it moves, and nobody knows how far it has to go.
          animated={!known && !paused}
          striped={!known}
          color={paused ? 'gray' : 'petri'}
          aria-label={known ? title : `${title}: how much is left is not known`}
        />
      </Progress.Root>
      <p className="job-text number">
        <span className="wrap-anywhere">{at.phase}</span>
        {known && <span>{Math.floor(fraction * 100)} %</span>}
        <span className="quiet">
          {jobAmountWords(paused ? { ...at, bytesPerSecond: undefined, etaSeconds: undefined } : at)}
        </span>
      </p>
    </div>
  )
}
