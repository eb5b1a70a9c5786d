import { Button, Tabs } from '@mantine/core'
import { Package, Plus, X } from 'lucide-react'
import { useCallback, useState } from 'react'

import type { ContainerEntry } from '#contract/container'

import { failureOf } from '../../api/call-failed.ts'
import { useClient } from '../../state/client-context.ts'
import { useContainerStore } from '../../state/container-store.ts'
import { navigate } from '../../state/use-route.ts'
import { TerminalView } from '../../terminal/terminal-view.tsx'
import { Page } from '../../ui/page.tsx'
import { Situation } from '../../ui/situation.tsx'
import { tellFailure } from '../jobs/tell-failure.ts'
import { containerMoveWords, possibleContainerMoves, useAskContainer } from './container-actions.ts'
import { ContainerDetails } from './container-details.tsx'
import { ContainerLog } from './container-log.tsx'
import { containerSession, endContainerSession } from './container-sessions.ts'
import { ContainerTools, type TerminalWish } from './container-tools.tsx'
import { ContainerUsage } from './container-usage.tsx'
import { containerStateWord } from './container-words.ts'
import './containers.css'

interface OpenTerminal {
  readonly runId: string
  readonly label: string
}

/** Terminals of containers by container, kept while another screen is shown. */
const openTerminals = new Map<string, readonly OpenTerminal[]>()

/** One container: its terminals, what runs in it, its snapshots and its configuration. */
export function ContainerPage({ id }: { readonly id: string }) {
  const entries = useContainerStore((store) => store.entries)
  const entry = entries?.get(id)
  if (entry === undefined)
    return (
      <Situation
        heading="h1"
        icon={<Package size={28} />}
        title={entries === undefined ? 'Looking for the container' : 'There is no such container'}
        actions={<Button onClick={() => navigate({ kind: 'containers', view: 'list' })}>All containers</Button>}
      />
    )
  return <OneContainer key={entry.id} entry={entry} />
}

function OneContainer({ entry }: { readonly entry: ContainerEntry }) {
  const client = useClient()
  const ask = useAskContainer()
  const { id, name, state } = entry
  const [terminals, setTerminals] = useState(openTerminals.get(id) ?? [])
  const [tab, setTab] = useState<string>(terminals.at(-1)?.runId ?? 'overview')
  const { word, tone } = containerStateWord(state)
  const keep = useCallback(
    (next: readonly OpenTerminal[]) => {
      openTerminals.set(id, next)
      setTerminals(next)
    },
    [id],
  )
  const run = async (wish: TerminalWish, label: string) => {
    const { runId, debugger: gdb } = await client.call('container.terminal', { ...wish, id, cols: 80, rows: 24 })
    containerSession(client, runId, name)
    keep([...terminals, { runId, label }])
    // Who debugs needs the command line first.
    if (gdb === undefined) setTab(runId)
    return gdb
  }
  const open = () =>
    run({}, `Terminal ${terminals.length + 1}`).catch((error: unknown) => tellFailure(failureOf(error)))
  const close = (runId: string) => {
    endContainerSession(runId)
    keep(terminals.filter((terminal) => terminal.runId !== runId))
    setTab('overview')
  }
  const shown = terminals.find((terminal) => terminal.runId === tab)
  return (
    <Page
      title={name}
      detail={
        <>
          <span className={tone}>{word}</span> · {entry.badge}
        </>
      }
      actions={
        <div className="container-moves">
          <Button
            leftSection={<Plus size={16} aria-hidden />}
            onClick={() => void open()}
            disabled={state.kind === 'running' && state.frozen}
          >
            Terminal
          </Button>
          {possibleContainerMoves(entry).map((move) => (
            <Button key={move} variant="default" onClick={() => void ask(entry, move)}>
              {containerMoveWords[move]}
            </Button>
          ))}
        </div>
      }
    >
      <Tabs value={tab} onChange={(value) => setTab(value ?? 'overview')} keepMounted={false}>
        <Tabs.List aria-label="Parts of the container">
          <Tabs.Tab value="overview">Overview</Tabs.Tab>
          <Tabs.Tab value="usage">Usage</Tabs.Tab>
          <Tabs.Tab value="tools">Tools</Tabs.Tab>
          <Tabs.Tab value="log">Log</Tabs.Tab>
          {terminals.map(({ runId, label }) => (
            <Tabs.Tab key={runId} value={runId}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="overview" pt="md">
          <ContainerDetails entry={entry} />
        </Tabs.Panel>
        <Tabs.Panel value="usage" pt="md">
          <ContainerUsage entry={entry} />
        </Tabs.Panel>
        <Tabs.Panel value="tools" pt="md">
          <ContainerTools entry={entry} onRun={run} />
        </Tabs.Panel>
        <Tabs.Panel value="log" pt="md">
          <ContainerLog entry={entry} />
        </Tabs.Panel>
        {terminals.map(({ runId, label }) => (
          <Tabs.Panel key={runId} value={runId}>
            <div className="container-terminal">
              <TerminalView session={containerSession(client, runId, name)} label={`${label} of ${name}`} />
            </div>
          </Tabs.Panel>
        ))}
      </Tabs>
      {shown !== undefined && (
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<X size={14} aria-hidden />}
          onClick={() => close(shown.runId)}
        >
          End {shown.label}
        </Button>
      )}
    </Page>
  )
}
