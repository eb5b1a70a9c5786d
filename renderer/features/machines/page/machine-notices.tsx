import type { VmEntry } from '#contract/vm-state'
import { Button } from '@mantine/core'
import { CircleHelp, FileWarning, Lock, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'

import { dismissFailure, useActivityStore } from '../../../state/activity-store.ts'
import { FailureCard } from '../../../ui/failure-card.tsx'
import { type AskMachine, useAskMachine } from '../machine-actions.ts'
import { pauseAdvice, timeWords } from '../state-words.ts'

/** What this machine needs to be told about, above its tabs: a failed request, a question, a state with a reason. */
export function MachineNotices({ entry }: { readonly entry: VmEntry }) {
  const failure = useActivityStore((store) => store.failures.get(entry.id))
  const ask = useAskMachine()
  const notice = noticeFor(entry, ask)
  if (failure === undefined && notice === undefined) return null
  return (
    <div className="machine-notices">
      {failure !== undefined && <FailureCard failure={failure.failure} onDismiss={() => dismissFailure(entry.id)} />}
      {notice}
    </div>
  )
}

function noticeFor(entry: VmEntry, ask: AskMachine): ReactNode {
  const { state } = entry
  if (entry.kind === 'damaged') {
    return (
      <Notice tone="bad" icon={<FileWarning size={18} />} title="This machine’s file cannot be read">
        {entry.reason} The file is kept as it is: <code className="wrap-anywhere">{entry.file}</code>
      </Notice>
    )
  }
  if (state.kind === 'not-answering') {
    return (
      <Notice
        tone="bad"
        icon={<CircleHelp size={18} />}
        title={`Not answering since ${timeWords(state.since)}`}
        actions={<PowerOff entry={entry} ask={ask} />}
      >
        Its process ({state.pid}) lives and does not answer. Petri goes on asking. The computer may be overloaded, or
        the disk under it may hang; powering off ends the process.
      </Notice>
    )
  }
  if (state.kind === 'running' && state.shutdownIgnored === true) {
    return (
      <Notice
        tone="warn"
        icon={<CircleHelp size={18} />}
        title="The guest did not shut down"
        actions={
          <>
            <Button size="compact-sm" variant="default" onClick={() => void ask(entry, 'shutdown')}>
              Ask again and wait
            </Button>
            <PowerOff entry={entry} ask={ask} />
          </>
        }
      >
        It was asked over ACPI and kept running. It may be waiting for an answer on its console, or run nothing that
        listens to the power button.
      </Notice>
    )
  }
  if (state.kind === 'paused') {
    const advice = pauseAdvice(state.reason)
    if (advice === undefined) return undefined
    return (
      <Notice
        tone="bad"
        icon={<TriangleAlert size={18} />}
        title="Paused by QEMU"
        actions={
          <Button size="compact-sm" variant="default" onClick={() => void ask(entry, 'resume')}>
            Resume
          </Button>
        }
      >
        {advice}
      </Notice>
    )
  }
  if (entry.readOnly) {
    return (
      <Notice tone="warn" icon={<Lock size={18} />} title="Made by a newer Petri">
        It can be looked at here. Update Petri to start or change it; its file is never rewritten by this version.
      </Notice>
    )
  }
  return undefined
}

function PowerOff({ entry, ask }: { readonly entry: VmEntry; readonly ask: AskMachine }) {
  return (
    <Button size="compact-sm" variant="default" onClick={() => void ask(entry, 'powerOff')}>
      Power off
    </Button>
  )
}

interface NoticeProps {
  readonly tone: 'warn' | 'bad'
  readonly icon: ReactNode
  readonly title: string
  readonly children: ReactNode
  readonly actions?: ReactNode
}

function Notice({ tone, icon, title, children, actions }: NoticeProps) {
  return (
    <section className="notice" data-tone={tone} aria-label={title}>
      <span className={`tone-${tone}`} aria-hidden>
        {icon}
      </span>
      <div className="notice-body">
        <strong>{title}.</strong> {children}
      </div>
      {actions !== undefined && <div className="notice-actions">{actions}</div>}
    </section>
  )
}
