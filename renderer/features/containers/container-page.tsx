import { Button, Tabs } from '@mantine/core'
import { Package, Plus, X } from 'lucide-react'
import { useState } from 'react'

import type { ContainerEntry } from '#contract/container'

import { failureOf } from '../../api/call-failed.ts'
import { useClient } from '../../state/client-context.ts'
import { useContainerStore } from '../../state/container-store.ts'
import { navigate } from '../../state/use-route.ts'
import { Page } from '../../ui/page.tsx'
import { Situation } from '../../ui/situation.tsx'
import { tellFailure } from '../jobs/tell-failure.ts'
import { containerMoveWords, possibleContainerMoves, useAskContainer } from './container-actions.ts'
import { ContainerDetails } from './container-details.tsx'
import { ContainerLog } from './container-log.tsx'
import { ContainerTerminal } from './container-terminal.tsx'
import { endTerminal, openTerminal, type TerminalWish, useTerminals } from './container-terminals.ts'
import { ContainerTools } from './container-tools.tsx'
import { ContainerUsage } from './container-usage.tsx'
import { containerStateWord } from './container-words.ts'
import './containers.css'

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
  const terminals = useTerminals(id)
  const [tab, setTab] = useState<string>(terminals.at(-1)?.runId ?? 'overview')
  const { word, tone } = containerStateWord(state)
  const run = async (wish: TerminalWish, label?: string) => {
    const { runId, debugger: gdb } = await openTerminal(client, entry, wish, label)
    // Who debugs needs the command line first.
    if (gdb === undefined) setTab(runId)
    return gdb
  }
  const open = () => run({}).catch((error: unknown) => tellFailure(failureOf(error)))
  const close = (runId: string) => {
    endTerminal(id, runId)
    setTab('overview')
  }
  const shown = terminals.find((terminal) => terminal.runId === tab)
  return (
    <Page
      title={name}
      fill={shown !== undefined}
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
      <Tabs
        className="container-tabs"
        value={tab}
        onChange={(value) => setTab(value ?? 'overview')}
        keepMounted={false}
      >
        <div className="container-tab-bar">
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
        </div>
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
        {terminals.map((terminal) => (
          <Tabs.Panel key={terminal.runId} value={terminal.runId} className="container-panel">
            <div className="container-terminal">
              <ContainerTerminal entry={entry} terminal={terminal} />
            </div>
          </Tabs.Panel>
        ))}
      </Tabs>
    </Page>
  )
}
