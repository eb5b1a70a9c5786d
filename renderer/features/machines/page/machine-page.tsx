import { Button, CloseButton, Tabs } from '@mantine/core'
import { ArrowLeft, CircleSlash, FlaskConical } from 'lucide-react'
import { lazy, Suspense } from 'react'

import { useActivityStore } from '../../../state/activity-store.ts'
import type { Route } from '../../../state/route.ts'
import { navigate } from '../../../state/use-route.ts'
import { useVmEntry, useVmStore } from '../../../state/vm-store.ts'
import { Situation } from '../../../ui/situation.tsx'
import { ScreenTab } from '../screen/screen-tab.tsx'
import { CommandTab } from './command-tab.tsx'
import { LogTab } from './log-tab.tsx'
import { MachineHeader } from './machine-header.tsx'
import { MachineNotices } from './machine-notices.tsx'
import { OverviewTab } from './overview-tab.tsx'
import { SerialTab } from './serial-tab.tsx'
import { SettingsTab } from './settings-tab.tsx'
import { ThrowawayTab } from './throwaway-tab.tsx'
import { useEndThrowaway } from './throwaway-actions.ts'
import './machine-page.css'

const SnapshotsTab = lazy(async () => ({ default: (await import('../../snapshots/snapshots-tab.tsx')).SnapshotsTab }))

type MachineRoute = Extract<Route, { kind: 'machine' }>

/** One machine: its name and state, what it needs to be told about, and its tabs. */
export function MachinePage({ id, tab }: { readonly id: string; readonly tab: MachineRoute['tab'] }) {
  const entry = useVmEntry(id)
  const known = useVmStore((store) => store.status.kind === 'ready')
  const allRuns = useActivityStore((store) => store.throwawayRuns)
  const endThrowaway = useEndThrowaway()
  if (entry === undefined) return known ? <NoSuchMachine /> : null

  const runs = allRuns.filter((run) => run.machineId === id)
  const fixedTabs = [
    ...(entry.kind === 'machine'
      ? [
          { value: 'serial', label: 'Serial' },
          { value: 'screen', label: 'Screen' },
        ]
      : []),
    { value: 'overview', label: 'Overview' },
    ...(entry.kind === 'machine'
      ? [
          { value: 'snapshots', label: 'Snapshots' },
          { value: 'settings', label: 'Settings' },
          { value: 'command', label: 'Command' },
        ]
      : []),
    { value: 'log', label: 'Log' },
  ]
  const shown =
    fixedTabs.some(({ value }) => value === tab) || runs.some((run) => `run-${run.runId}` === tab)
      ? tab
      : (fixedTabs[0]?.value ?? 'overview')

  return (
    <div className="machine-page">
      <MachineHeader entry={entry} />
      <MachineNotices entry={entry} />
      <Tabs
        className="machine-tabs"
        value={shown}
        keepMounted={false}
        onChange={(value) => value !== null && showTab(id, value)}
      >
        <div className="machine-tab-bar">
          <Tabs.List>
            {fixedTabs.map(({ value, label }) => (
              <Tabs.Tab key={value} value={value}>
                {label}
              </Tabs.Tab>
            ))}
            {runs.map((run) => (
              <Tabs.Tab key={run.runId} value={`run-${run.runId}`} leftSection={<FlaskConical size={14} aria-hidden />}>
                Throwaway {run.ordinal}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {runs.map(
            (run) =>
              shown === `run-${run.runId}` && (
                <CloseButton
                  key={run.runId}
                  size="sm"
                  aria-label={`End throwaway run ${run.ordinal}`}
                  onClick={() => void endThrowaway(run, entry)}
                />
              ),
          )}
        </div>
        {entry.kind === 'machine' && (
          <>
            <Tabs.Panel value="serial" className="machine-panel console" tabIndex={-1}>
              <SerialTab entry={entry} />
            </Tabs.Panel>
            <Tabs.Panel value="snapshots" className="machine-panel" tabIndex={0}>
              <Suspense fallback={null}>
                <SnapshotsTab entry={entry} />
              </Suspense>
            </Tabs.Panel>
            <Tabs.Panel value="screen" className="machine-panel console" tabIndex={-1}>
              <ScreenTab entry={entry} />
            </Tabs.Panel>
            <Tabs.Panel value="settings" className="machine-panel" tabIndex={0}>
              <SettingsTab entry={entry} />
            </Tabs.Panel>
            <Tabs.Panel value="command" className="machine-panel" tabIndex={0}>
              <CommandTab entry={entry} />
            </Tabs.Panel>
          </>
        )}
        <Tabs.Panel value="overview" className="machine-panel" tabIndex={0}>
          <OverviewTab entry={entry} />
        </Tabs.Panel>
        <Tabs.Panel value="log" className="machine-panel" tabIndex={0}>
          <LogTab entry={entry} />
        </Tabs.Panel>
        {entry.kind === 'machine' &&
          runs.map((run) => (
            <Tabs.Panel key={run.runId} value={`run-${run.runId}`} className="machine-panel console">
              <ThrowawayTab run={run} entry={entry} />
            </Tabs.Panel>
          ))}
      </Tabs>
    </div>
  )
}

function showTab(id: string, value: string): void {
  window.location.replace(`#/machines/${id}/${value}`)
}

function NoSuchMachine() {
  return (
    <Situation
      heading="h1"
      icon={<CircleSlash size={24} />}
      title="This machine is not in the library"
      actions={
        <Button
          variant="default"
          leftSection={<ArrowLeft size={16} aria-hidden />}
          onClick={() => navigate({ kind: 'machines' })}
        >
          All machines
        </Button>
      }
    >
      <p>It was deleted, or the address is old.</p>
    </Situation>
  )
}
