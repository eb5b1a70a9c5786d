import type { MachineEntry } from '#contract/vm-state'
import { Loader } from '@mantine/core'
import { Cable } from 'lucide-react'
import { useEffect, useState } from 'react'

import { useClient } from '../../../state/client-context.ts'
import { Situation } from '../../../ui/situation.tsx'
import { TerminalView } from '../../../terminal/terminal-view.tsx'
import { AddSerialPort } from './add-serial-port.tsx'
import { serialSession } from './console-sessions.ts'
import { NextStep, OffConsole } from './off-console.tsx'
import { useTerminalFont } from '../../../terminal/use-terminal-font.ts'

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
  if (off && !pastOutput)
    return (
      <OffConsole entry={entry} hint="Start it, and its console is here." onPastOutput={() => setPastOutput(true)} />
    )
  return (
    <div className="console-area">
      {off && <OffBar entry={entry} />}
      <SerialConsole entry={entry} takesFocus={startedHere && !off} />
    </div>
  )
}

interface ConsoleProps {
  readonly entry: MachineEntry
  /** After a start from this screen, typing goes to the guest without another click. */
  readonly takesFocus: boolean
}

/** The terminal on a machine's first serial port. */
export function SerialConsole({ entry, takesFocus }: ConsoleProps) {
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
