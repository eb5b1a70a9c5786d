import { basename } from 'node:path'
import { constants, copyFile } from 'node:fs/promises'

import { runCommand } from '../../system/process/run-command.ts'
import type { JobWork } from '../jobs/job-control.ts'
import type { DiskContext } from './disk-context.ts'
import { insideWork } from './plan-convert.ts'
import { measurePlace, refuseTooLarge } from './measure-place.ts'
import type { SourceDisk } from './open-source.ts'
import { openWorkFolder } from './work-folder.ts'

/** Copies a file byte by byte: by reference where the file system can, and with its holes. */
export async function copyBeside(
  source: SourceDisk,
  target: string,
  context: DiskContext,
  work: JobWork,
): Promise<void> {
  work.progress({ phase: 'Copying it first' })
  await using folder = await openWorkFolder(target, context.journal)
  const made = insideWork(folder.path, target)
  const isCloned = await copyFile(source.path, made, constants.COPYFILE_FICLONE_FORCE).then(
    () => true,
    () => false,
  )
  if (!isCloned) {
    refuseTooLarge(target, await measurePlace(target), source.allocatedBytes, false)
    await runCommand(['cp', '--sparse=auto', '--', source.path, made], { signal: work.signal })
  }
  await folder.publish(basename(target))
}
