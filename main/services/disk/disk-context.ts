import type { FilesInUse } from './refuse-in-use.ts'

/** What the work on disks needs of the rest of Petri. */
export interface DiskContext {
  /** Folder in which the work folders are remembered until they are gone. */
  readonly journal: string
  readonly filesInUse: FilesInUse
  /** Machines of the library by the absolute path of a disk of theirs. */
  readonly machinesOf: (path: string) => readonly { readonly id: string; readonly name: string }[]
}
