import type { MachineEntry } from '#contract/vm-state'
import { Button } from '@mantine/core'
import { Moon, OctagonAlert, Play, Power, ScrollText } from 'lucide-react'

import { useActivityStore } from '../../../state/activity-store.ts'
import { RawText } from '../../../ui/raw-text.tsx'
import { Situation } from '../../../ui/situation.tsx'
import { useAskMachine } from '../machine-actions.ts'
import { sizeWords, stateWords, timeWords } from '../state-words.ts'

interface OffConsoleProps {
  readonly entry: MachineEntry
  /** What a start brings. */
  readonly hint: string
  /** Shows what the machine said last; undefined where nothing is kept. */
  readonly onPastOutput?: () => void
}

/** Instead of a console or a screen of a machine that is off: why it is off, and the next step. */
export function OffConsole({ entry, hint, onPastOutput }: OffConsoleProps) {
  const { state } = entry
  const lastOutput = onPastOutput !== undefined && (
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
          <p>{hint}</p>
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

/** Start or resume. */
export function NextStep({ entry }: { readonly entry: MachineEntry }) {
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
