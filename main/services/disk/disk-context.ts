import type { VmDraft, VmSpec } from '#contract/vm-spec'
import type { DiskUse } from './refuse-in-use.ts'

/** A machine of the library that does not run; its disks with absolute paths. */
export interface ExportedMachine {
  readonly spec: VmSpec
  readonly diskPaths: readonly string[]
  /** Its disks are then as after a power cut: what was in its memory is not on them. */
  readonly isSuspended: boolean
}

/** What the work on disks needs of the rest of Petri. */
export interface DiskContext extends DiskUse {
  /** Folder in which the work folders are remembered until they are gone. */
  readonly journal: string
  /** Of the Starter, whose kernel reads files inside disks; undefined: it was not built. */
  readonly starterFolder: string | undefined
  /** Where appliances are taken apart: on the file system of the machines, so that their disks need no second copy. */
  readonly importFolder: string
  /** Makes a machine; `files`: what its disks are, by name. */
  readonly makeMachine: (draft: VmDraft, files: Readonly<Record<string, string>>) => Promise<string>
  /** A machine of the library, to be written out. Throws RefusedError when there is none, or when it runs. */
  readonly machineToExport: (id: string) => ExportedMachine
  /** Machines of the library by the absolute path of a disk of theirs. */
  readonly machinesOf: (path: string) => readonly { readonly id: string; readonly name: string }[]
}
