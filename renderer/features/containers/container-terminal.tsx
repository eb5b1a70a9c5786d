import { Loader } from '@mantine/core'
import { useEffect } from 'react'

import type { ContainerEntry } from '#contract/container'

import { useClient } from '../../state/client-context.ts'
import { TerminalView } from '../../terminal/terminal-view.tsx'
import { useTerminalFont } from '../../terminal/use-terminal-font.ts'
import { containerSession } from './container-sessions.ts'
import { isFirstSight, type OpenTerminal } from './container-terminals.ts'

interface ContainerTerminalProps {
  readonly entry: ContainerEntry
  readonly terminal: OpenTerminal
}

/** One terminal of a container. Who has just opened it types into it without another click. */
export function ContainerTerminal({ entry, terminal: { runId, label } }: ContainerTerminalProps) {
  const client = useClient()
  const fontReady = useTerminalFont()
  const session = containerSession(client, runId, entry.name)
  useEffect(() => {
    // After the screen has taken the focus for its beginning.
    if (fontReady && isFirstSight(runId)) queueMicrotask(() => session.focus())
  }, [fontReady, session, runId])
  if (!fontReady) return <Loader size="sm" role="status" aria-label="Opening the terminal" />
  return <TerminalView session={session} label={`${label} of ${entry.name}`} />
}
