import type { MachineEntry } from '#contract/vm-state'
import { Button, Loader } from '@mantine/core'
import { FlaskConical } from 'lucide-react'
import { useState } from 'react'

import type { ThrowawayRun } from '../../../state/activity-store.ts'
import { useClient } from '../../../state/client-context.ts'
import { TerminalView } from '../../../terminal/terminal-view.tsx'
import { throwawaySession } from './console-sessions.ts'
import { useEndThrowaway } from './throwaway-actions.ts'
import { useTerminalFont } from '../../../terminal/use-terminal-font.ts'

interface ThrowawayTabProps {
  readonly run: ThrowawayRun
  readonly entry: MachineEntry
}

/** A run in a terminal whose changes are thrown away. It lives as long as its tab. */
export function ThrowawayTab({ run, entry }: ThrowawayTabProps) {
  const client = useClient()
  const fontReady = useTerminalFont()
  const endThrowaway = useEndThrowaway()
  const [session] = useState(() => throwawaySession(client, run.runId, `${entry.name} throwaway ${run.ordinal}`))
  return (
    <div className="console-area">
      <div className="console-bar">
        <FlaskConical size={16} className="tone-warn" aria-hidden />
        <span>Everything this run changes is thrown away when it ends.</span>
        <Button size="compact-sm" variant="default" onClick={() => void endThrowaway(run, entry)}>
          End the run
        </Button>
      </div>
      {fontReady ? (
        <TerminalView session={session} label={`Throwaway run ${run.ordinal} of ${entry.name}`} />
      ) : (
        <Loader size="sm" role="status" aria-label="Opening the console" />
      )}
    </div>
  )
}
