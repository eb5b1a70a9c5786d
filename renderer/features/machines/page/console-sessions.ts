import type { ConsoleTarget } from '#contract/console'
import type { MachineEntry } from '#contract/vm-state'

import type { Client } from '../../../api/client.ts'
import { useVmStore } from '../../../state/vm-store.ts'
import { createTerminalSession, type TerminalSession } from '../../../terminal/terminal-session.ts'

/** Serial consoles that are kept with their scrollback while another screen is shown; the one unseen longest goes first. */
const KEPT_SESSIONS = 6

const serialSessions = new Map<string, TerminalSession>()
const throwawaySessions = new Map<string, TerminalSession>()

/** The session on a machine's first serial port: the one from before, or a new one, which gets the history replayed. */
export function serialSession(client: Client, entry: MachineEntry): TerminalSession {
  const target: ConsoleTarget = { kind: 'serial', vmId: entry.id, port: 0 }
  const session =
    serialSessions.get(entry.id) ??
    createTerminalSession({ client, target, name: entry.name, architecture: entry.architecture })
  serialSessions.delete(entry.id)
  serialSessions.set(entry.id, session)
  for (const id of serialSessions.keys()) {
    if (serialSessions.size <= KEPT_SESSIONS) break
    endSerialSession(id)
  }
  return session
}

/** The session of a throwaway run; ending it ends the run. */
export function throwawaySession(client: Client, runId: string, name: string): TerminalSession {
  const known = throwawaySessions.get(runId)
  if (known !== undefined) return known
  const session = createTerminalSession({ client, target: { kind: 'throwaway', runId }, name })
  throwawaySessions.set(runId, session)
  return session
}

export function endThrowawaySession(runId: string): void {
  throwawaySessions.get(runId)?.dispose()
  throwawaySessions.delete(runId)
}

function endSerialSession(id: string): void {
  serialSessions.get(id)?.dispose()
  serialSessions.delete(id)
}

// A machine that left the library takes its console along.
useVmStore.subscribe(({ entries, status }) => {
  if (status.kind !== 'ready') return
  for (const id of serialSessions.keys()) {
    if (!entries.has(id)) endSerialSession(id)
  }
})
