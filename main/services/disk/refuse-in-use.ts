import { basename } from 'node:path'

import { type FileUser, fileUsers } from '../../system/process/file-users.ts'
import { RefusedError } from '../refused-error.ts'

/** The machines of the library that run with a file, by its path. */
export type FilesInUse = () => ReadonlyMap<string, string>

/** Why a disk that nobody has open must stay as it is. */
export type Stillness =
  /** The saved memory of a suspended machine fits it only as it is. */
  | { readonly kind: 'suspended'; readonly machine: string }
  /** Disks of linked clones lie upon it. */
  | { readonly kind: 'frozen'; readonly machine: string }

export interface DiskUse {
  readonly filesInUse: FilesInUse
  readonly mustStandStill: (path: string) => Stillness | undefined
}

/**
 * Throws RefusedError when a process could write one of the files now, or, with `forWriting`, has it open at all or
 * needs it as it is.
 */
export function refuseInUse(files: readonly string[], use: DiskUse, forWriting = false): void {
  const machines = use.filesInUse()
  for (const file of files) {
    const users = fileUsers(file)
    const user = users.find((each) => each.writing) ?? (forWriting ? users[0] : undefined)
    const machine = machines.get(file)
    if (user !== undefined || machine !== undefined) throw inUseError(file, user, machine)
    const stillness = forWriting ? use.mustStandStill(file) : undefined
    if (stillness) throw standsStill(file, stillness)
  }
}

function inUseError(file: string, user: FileUser | undefined, machine: string | undefined): RefusedError {
  const who = user ? `${user.command}, process ${user.pid}` : 'it is running'
  return new RefusedError({
    code: 'in-use',
    title: `${basename(file).slice(0, 60)} is in use`,
    evidence: machine === undefined ? `By ${who}` : `By the machine “${machine.slice(0, 60)}” (${who})`,
    cause: 'What is read from a disk while somebody writes to it is not one state of it.',
    cure: { text: machine === undefined ? 'End that program first.' : 'Shut the machine down first.' },
  })
}

function standsStill(file: string, { kind, machine }: Stillness): RefusedError {
  const name = machine.slice(0, 60)
  const title = `${basename(file).slice(0, 60)} has to stay as it is`
  return kind === 'suspended'
    ? new RefusedError({
        code: 'in-use',
        title,
        evidence: `The machine “${name}” is suspended: its saved memory fits its disks only as they are now.`,
        cure: { text: 'Start it and shut it down, or discard the saved memory.' },
      })
    : new RefusedError({
        code: 'in-use',
        title,
        evidence: `It is the frozen disk of “${name}” on which linked clones lie: each change would damage them all.`,
        cure: { text: 'Convert it to a new file and work on that one.' },
      })
}
