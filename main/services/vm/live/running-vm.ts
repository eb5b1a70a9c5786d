import type { VmDecisions } from '../../../domain/vm/vm-decisions.ts'
import type { QmpCommand } from '../../../domain/vm/live/plug-commands.ts'
import type { VmFolders } from '../vm-folders.ts'
import type { VmSession } from '../vm-session.ts'

/** A running machine while it is changed. */
export interface RunningVm {
  readonly session: VmSession
  readonly folders: VmFolders
  /** What its description will be afterwards, with every choice made as at a start. */
  readonly decisions: VmDecisions
}

export async function runCommands(session: VmSession, commands: readonly QmpCommand[]): Promise<void> {
  for (const command of commands) await session.execute(command.execute, command.arguments)
}

/** Runs every command whatever becomes of the others: for clearing up after a failure that is already on its way. */
export async function tryCommands(session: VmSession, commands: readonly QmpCommand[]): Promise<void> {
  for (const command of commands) await session.execute(command.execute, command.arguments).catch(() => {})
}
