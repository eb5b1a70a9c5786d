import { basename } from 'node:path'

import { type FileUser, fileUsers } from '../../system/process/file-users.ts'
import { RefusedError } from '../refused-error.ts'

/** The machines of the library that run with a file, by its path. */
export type FilesInUse = () => ReadonlyMap<string, string>

/**
 * Throws RefusedError when a process could write one of the files now, or, with `forWriting`, has it open at all.
 */
export function refuseInUse(files: readonly string[], inUse: FilesInUse, forWriting = false): void {
  const machines = inUse()
  for (const file of files) {
    const users = fileUsers(file)
    const user = users.find((each) => each.writing) ?? (forWriting ? users[0] : undefined)
    const machine = machines.get(file)
    if (user !== undefined || machine !== undefined) throw inUseError(file, user, machine)
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
