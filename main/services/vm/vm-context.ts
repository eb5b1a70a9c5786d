import type { VmState } from '#contract/vm-state'
import type { HostFacts } from '../../domain/vm/host-facts.ts'
import type { Reach } from './reach.ts'
import type { SerialConsoles } from './serial-console.ts'
import type { VmFolders } from './vm-folders.ts'
import type { VmLibrary } from './vm-library.ts'
import type { VmSession } from './vm-session.ts'

/** What the use cases of machines share: the library, what runs, and whom to tell. */
export interface VmContext {
  readonly folders: VmFolders
  readonly library: VmLibrary
  readonly sessions: Map<string, VmSession>
  readonly host: { facts(): Promise<HostFacts> }
  readonly consoles: SerialConsoles
  readonly now: () => Date
  readonly reach: Reach
  /** Absolute path -> name, of the files that running machines other than this one have open. */
  filesInUse(exceptId: string): ReadonlyMap<string, string>
  stateChanged(id: string, state: VmState): void
  /** Something about a machine is not as it was: its row is announced anew. */
  changed(id: string): void
  /** A machine's process is gone and its record removed: it is shown as what its folder says now. */
  ended(id: string): Promise<void>
}
