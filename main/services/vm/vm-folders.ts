import { join } from 'node:path'

import type { UserDirs } from '../../system/user-dirs.ts'

/** Where the parts of machines are. The names here are the only place that knows them; see docs/machine-folder.md. */
export interface VmFolders {
  /** One folder per machine, named by its id. */
  readonly machines: string
  readonly trash: string
  machine(id: string): string
  machineFile(id: string): string
  /** Memory of a suspended machine, and what is needed to trust it. */
  suspendedMemory(id: string): string
  suspendedRecord(id: string): string
  /** Records, pictures and TPM states of the machine's snapshots; the disks hold the rest themselves. */
  snapshots(id: string): string
  /** A change of several files that was begun and has not ended. */
  unfinished(id: string): string
  /** Console logs and the last exit: outlives the machine's folder only until the trash is emptied. */
  state(id: string): string
  lastExit(id: string): string
  /** The command of the last start. */
  lastStart(id: string): string
  /** Holds run.json and stderr: never visible inside the sandbox. */
  runtime(id: string): string
  runRecord(id: string): string
  /** What changed since the start; see live-record.ts. */
  liveRecord(id: string): string
  /** Sockets and the pid file, bound at /run/petri inside the sandbox. */
  sockets(id: string): string
}

export function vmFolders(dirs: UserDirs): VmFolders {
  const machine = (id: string) => join(dirs.data, 'machines', id)
  const state = (id: string) => join(dirs.state, 'vm', id)
  const runtime = (id: string) => join(dirs.runtime, 'vm', id)
  return {
    machines: join(dirs.data, 'machines'),
    trash: join(dirs.data, 'trash'),
    machine,
    machineFile: (id) => join(machine(id), 'machine.json'),
    suspendedMemory: (id) => join(machine(id), 'suspended.memory'),
    suspendedRecord: (id) => join(machine(id), 'suspended.json'),
    snapshots: (id) => join(machine(id), 'snapshots'),
    unfinished: (id) => join(machine(id), 'unfinished.json'),
    state,
    lastExit: (id) => join(state(id), 'last-exit.json'),
    lastStart: (id) => join(state(id), 'last-start.json'),
    runtime,
    runRecord: (id) => join(runtime(id), 'run.json'),
    liveRecord: (id) => join(runtime(id), 'live.json'),
    sockets: (id) => join(runtime(id), 'run'),
  }
}
