import type { Client } from '../../api/client.ts'
import { createTerminalSession, type TerminalSession } from '../../terminal/terminal-session.ts'

const sessions = new Map<string, TerminalSession>()

/** The session of a program in a terminal; ending it ends the program. */
export function containerSession(client: Client, runId: string, name: string): TerminalSession {
  const known = sessions.get(runId)
  if (known !== undefined) return known
  const session = createTerminalSession({ client, target: { kind: 'container', runId }, name })
  sessions.set(runId, session)
  return session
}

export function endContainerSession(runId: string): void {
  sessions.get(runId)?.dispose()
  sessions.delete(runId)
}
