import { Button, SegmentedControl, Skeleton } from '@mantine/core'
import { Package, Plus, SquareTerminal } from 'lucide-react'
import { useState } from 'react'

import type { ContainerEntry } from '#contract/container'

import { failureOf } from '../../api/call-failed.ts'
import { useClient } from '../../state/client-context.ts'
import { useContainerStore } from '../../state/container-store.ts'
import { type ContainersView, formatRoute } from '../../state/route.ts'
import { reloadLibrary } from '../../state/sync-stores.ts'
import { navigate } from '../../state/use-route.ts'
import { FailureCard } from '../../ui/failure-card.tsx'
import { Page } from '../../ui/page.tsx'
import { Situation } from '../../ui/situation.tsx'
import { tellFailure } from '../jobs/tell-failure.ts'
import { BinfmtView } from './binfmt-view.tsx'
import { containerMoveWords, possibleContainerMoves, useAskContainer } from './container-actions.ts'
import { openTerminal } from './container-terminals.ts'
import { containerStateWord } from './container-words.ts'
import { NewContainer } from './new-container.tsx'
import { ProgramView } from './program-view.tsx'
import './containers.css'

const VIEWS = [
  { value: 'list', label: 'Containers' },
  { value: 'program', label: 'Run a program' },
  { value: 'binfmt', label: 'Registrations' },
] as const

/** Containers of this and of other architectures, single programs, and what runs foreign programs here. */
export function ContainersPage({ view }: { readonly view: ContainersView }) {
  return (
    <Page
      title={view === 'new' ? 'New container' : 'Containers'}
      detail="Root file systems of any architecture, without root and without touching this host"
      actions={
        view === 'new' ? (
          <Button variant="default" onClick={() => navigate({ kind: 'containers', view: 'list' })}>
            Back
          </Button>
        ) : (
          <Button
            leftSection={<Plus size={16} aria-hidden />}
            onClick={() => navigate({ kind: 'containers', view: 'new' })}
          >
            New container
          </Button>
        )
      }
    >
      <div className="containers">
        {view !== 'new' && (
          <SegmentedControl
            aria-label="What is shown"
            data={[...VIEWS]}
            value={view}
            onChange={(value) =>
              navigate({ kind: 'containers', view: VIEWS.find((each) => each.value === value)?.value ?? 'list' })
            }
          />
        )}
        {view === 'list' && <ContainerList />}
        {view === 'new' && <NewContainer />}
        {view === 'program' && <ProgramView />}
        {view === 'binfmt' && <BinfmtView />}
      </div>
    </Page>
  )
}

function ContainerList() {
  const { entries, failure } = useContainerStore()
  if (failure !== undefined)
    return <FailureCard failure={failure} actions={<Button onClick={reloadLibrary}>Try again</Button>} />
  if (entries === undefined)
    return (
      <div className="panel" role="status" aria-label="Looking for containers">
        <Skeleton height={16} width="50%" />
      </div>
    )
  if (entries.size === 0)
    return (
      <Situation
        icon={<Package size={28} />}
        title="No containers yet"
        actions={<Button onClick={() => navigate({ kind: 'containers', view: 'new' })}>Make one</Button>}
      >
        For example an armhf Debian in which gcc and apt-get work, on this processor.
      </Situation>
    )
  return (
    <ul className="container-list">
      {[...entries.values()]
        .toSorted((a, b) => a.name.localeCompare(b.name))
        .map((entry) => (
          <ContainerRow key={entry.id} entry={entry} />
        ))}
    </ul>
  )
}

function ContainerRow({ entry }: { readonly entry: ContainerEntry }) {
  const client = useClient()
  const ask = useAskContainer()
  const [opening, setOpening] = useState(false)
  const enter = async () => {
    setOpening(true)
    try {
      await openTerminal(client, entry)
      navigate({ kind: 'container', id: entry.id })
    } catch (error) {
      tellFailure(failureOf(error))
    } finally {
      setOpening(false)
    }
  }
  const { word, tone } = containerStateWord(entry.state)
  const moves = possibleContainerMoves(entry).filter((move) => move === 'start' || move === 'stop' || move === 'thaw')
  return (
    <li className="container-row panel">
      <div className="container-row-text">
        <a className="container-name wrap-anywhere" href={formatRoute({ kind: 'container', id: entry.id })}>
          {entry.name}
        </a>
        <span className="quiet wrap-anywhere">
          {entry.badge} · {entry.damaged ?? entry.baseLabel}
        </span>
      </div>
      <span className={tone}>{word}</span>
      {entry.damaged === undefined && !(entry.state.kind === 'running' && entry.state.frozen) && (
        <Button
          size="compact-sm"
          variant="light"
          loading={opening}
          leftSection={<SquareTerminal size={14} aria-hidden />}
          aria-label={`Terminal in ${entry.name}`}
          onClick={() => void enter()}
        >
          Terminal
        </Button>
      )}
      {moves.map((move) => (
        <Button
          key={move}
          size="compact-sm"
          variant="default"
          aria-label={`${containerMoveWords[move]} ${entry.name}`}
          onClick={() => void ask(entry, move)}
        >
          {containerMoveWords[move]}
        </Button>
      ))}
    </li>
  )
}
