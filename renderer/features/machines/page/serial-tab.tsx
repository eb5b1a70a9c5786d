import type { MachineEntry } from '#contract/vm-state'
import { Button, Loader } from '@mantine/core'
import { Cable, Moon, OctagonAlert, Play, Power, ScrollText } from 'lucide-react'
import { useEffect, useState } from 'react'

import { useActivityStore } from '../../../state/activity-store.ts'
import { useClient } from '../../../state/client-context.ts'
import { RawText } from '../../../ui/raw-text.tsx'
import { Situation } from '../../../ui/situation.tsx'
import { TerminalView } from '../../../terminal/terminal-view.tsx'
import { useAskMachine } from '../machine-actions.ts'
import { sizeWords, stateWords, timeWords } from '../state-words.ts'
import { AddSerialPort } from './add-serial-port.tsx'
import { serialSession } from './console-sessions.ts'
import { useTerminalFont } from './use-terminal-font.ts'

/** The serial console, or, where there is nothing to see, why and what to do next. */
export function SerialTab({ entry }: { readonly entry: MachineEntry }) {
  const [pastOutput, setPastOutput] = useState(false)
  const off = entry.state.kind === 'stopped' || entry.state.kind === 'suspended'
  const [startedHere] = useState(off)
  if (entry.serialPorts === 0) {
    return (
      <div className="console-offer">
        <Situation
          icon={<Cable size={22} />}
          title="This machine has no serial port"
          actions={<AddSerialPort entry={entry} />}
        >
          <p>A serial port gives it a text console, with history from power-on.</p>
        </Situation>
      </div>
    )
  }
  if (off && !pastOutput) return <OffConsole entry={entry} onPastOutput={() => setPastOutput(true)} />
  return (
    <div className="console-area">
      {off && <OffBar entry={entry} />}
      <Console entry={entry} takesFocus={startedHere && !off} />
    </div>
  )
}

interface ConsoleProps {
  readonly entry: MachineEntry
  /** After a start from this screen, typing goes to the guest without another click. */
  readonly takesFocus: boolean
}

function Console({ entry, takesFocus }: ConsoleProps) {
  const client = useClient()
  const fontReady = useTerminalFont()
  const [session] = useState(() => serialSession(client, entry))
  useEffect(() => {
    if (!fontReady) return
    // After the screen has taken the focus for its beginning: who opens a console wants to type into it. A focus that
    // the person has put somewhere (on the tabs, say) stays there.
    queueMicrotask(() => {
      if (takesFocus || isFocusFree()) session.focus()
    })
  }, [takesFocus, fontReady, session])
  if (!fontReady) return <Loader size="sm" role="status" aria-label="Opening the console" />
  return <TerminalView session={session} label={`Serial console of ${entry.name}`} />
}

function isFocusFree(): boolean {
  const { activeElement } = document
  return activeElement === null || activeElement === document.body || activeElement.id === 'main'
}

interface OffConsoleProps {
  readonly entry: MachineEntry
  readonly onPastOutput: () => void
}

function OffConsole({ entry, onPastOutput }: OffConsoleProps) {
  const { state } = entry
  const lastOutput = (
    <Button variant="default" leftSection={<ScrollText size={15} aria-hidden />} onClick={onPastOutput}>
      Show the last output
    </Button>
  )
  if (state.kind === 'suspended') {
    return (
      <div className="console-offer">
        <Situation
          icon={<Moon size={22} />}
          title="Suspended to disk"
          actions={
            <>
              <NextStep entry={entry} />
              <DiscardSaved entry={entry} />
              {lastOutput}
            </>
          }
        >
          <p>
            Since {timeWords(state.at)}. {sizeWords(state.sizeBytes)} of saved memory; it goes on where it was.
          </p>
        </Situation>
      </div>
    )
  }
  const lastExit = state.kind === 'stopped' ? state.lastExit : undefined
  const { tone } = stateWords(state)
  return (
    <div className="console-offer">
      <Situation
        icon={tone === 'bad' ? <OctagonAlert size={22} /> : <Power size={22} />}
        tone={tone === 'bad' ? 'bad' : 'calm'}
        title={tone === 'bad' ? stateWords(state).label : 'This machine is off'}
        actions={
          <>
            {!entry.readOnly && <NextStep entry={entry} />}
            {lastOutput}
          </>
        }
      >
        {lastExit === undefined ? (
          <p>Start it, and its console is here.</p>
        ) : (
          <>
            <p className="wrap-anywhere">
              {lastExit.message} {timeWords(lastExit.at)}.
            </p>
            {lastExit.stderrTail !== undefined && lastExit.stderrTail !== '' && (
              <RawText
                className="last-exit-stderr console-stderr"
                label="What QEMU said last"
                text={lastExit.stderrTail}
              />
            )}
          </>
        )}
      </Situation>
    </div>
  )
}

/** Above past output: the machine is off, and Start is at hand. */
function OffBar({ entry }: { readonly entry: MachineEntry }) {
  return (
    <div className="console-bar">
      {!entry.readOnly && <NextStep entry={entry} />}
      <span className="quiet">
        {entry.state.kind === 'suspended' ? 'Suspended to disk.' : 'This machine is off.'} Below is what it wrote last.
      </span>
    </div>
  )
}

function NextStep({ entry }: { readonly entry: MachineEntry }) {
  const ask = useAskMachine()
  const pending = useActivityStore((store) => store.pending.has(entry.id))
  const move = entry.state.kind === 'suspended' ? 'resume' : 'start'
  return (
    <Button leftSection={<Play size={15} aria-hidden />} loading={pending} onClick={() => void ask(entry, move)}>
      {move === 'resume' ? `Resume ${shortName(entry.name)}` : `Start ${shortName(entry.name)}`}
    </Button>
  )
}

function DiscardSaved({ entry }: { readonly entry: MachineEntry }) {
  const ask = useAskMachine()
  return (
    <Button variant="default" onClick={() => void ask(entry, 'discardSuspended')}>
      Discard saved memory
    </Button>
  )
}

/** A name that fits on a button. */
function shortName(name: string): string {
  return name.length <= 28 ? name : 'this machine'
}
