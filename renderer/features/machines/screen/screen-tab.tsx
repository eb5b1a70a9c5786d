import type { MachineEntry } from '#contract/vm-state'
import { Button } from '@mantine/core'
import { Monitor, Plus } from 'lucide-react'
import { useState } from 'react'

import { Situation } from '../../../ui/situation.tsx'
import { OffConsole } from '../page/off-console.tsx'
import { SerialConsole } from '../page/serial-tab.tsx'
import { useScreenActions } from './screen-actions.ts'
import { ScreenView } from './screen-view.tsx'
import './screen.css'

/** The graphical screen, or, where there is none to see, why and what to do next. */
export function ScreenTab({ entry }: { readonly entry: MachineEntry }) {
  const [split, setSplit] = useState(false)
  const { state } = entry
  if (!entry.hasDisplay) return <NoScreen entry={entry} />
  if (state.kind === 'stopped' || state.kind === 'suspended')
    return <OffConsole entry={entry} hint="Start it, and its screen is here." />
  if (state.kind === 'starting') {
    return (
      <div className="console-offer">
        <Situation icon={<Monitor size={22} />} title="Starting">
          <p>The screen is here as soon as the machine has one.</p>
        </Situation>
      </div>
    )
  }
  return (
    <div className="screen-area" data-split={split}>
      <ScreenView entry={entry} split={split} onSplit={setSplit} />
      {split && <SerialConsole entry={entry} takesFocus={false} />}
    </div>
  )
}

function NoScreen({ entry }: { readonly entry: MachineEntry }) {
  const { addScreen } = useScreenActions(entry)
  const stopped = entry.state.kind === 'stopped' && !entry.readOnly
  return (
    <div className="console-offer">
      <Situation
        icon={<Monitor size={22} />}
        title="This machine has no screen"
        actions={
          <>
            <Button leftSection={<Plus size={15} aria-hidden />} disabled={!stopped} onClick={() => void addScreen()}>
              Add a screen
            </Button>
            {!stopped && (
              <span className="quiet">{entry.readOnly ? 'It is read-only here.' : 'Shut it down first.'}</span>
            )}
          </>
        }
      >
        <p>A graphics card gives it a picture, and a keyboard to type on.</p>
      </Situation>
    </div>
  )
}
