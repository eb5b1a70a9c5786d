import { existsSync } from 'node:fs'
import { cp, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'

import { revertedSpec } from '../../../domain/snapshot/snapshot-outlook.ts'
import { tpmStateFolder, uefiVarsFile } from '../../../domain/vm/sandbox-paths.ts'
import { syncFile } from '../../../system/files/write-durable-file.ts'
import type { VmFolders } from '../vm-folders.ts'
import { beginChange, endChange } from '../unfinished-change.ts'
import type { VmContext } from '../vm-context.ts'
import { readSnapshot, type SnapshotRecord, tpmCopy, writeHere } from './snapshot-files.ts'
import { changeOffline, measureVolumes, volumeFiles } from './volume-files.ts'

/**
 * Gives a machine that is off the disks, UEFI variables, TPM and settings of a snapshot. Every step can be repeated:
 * what a crash cut off is done again from its beginning before anything else happens to the machine.
 */
export async function revertMachine(context: VmContext, id: string, record: SnapshotRecord): Promise<void> {
  await beginChange(context.folders, id, { kind: 'revert', snapshotId: record.snapshot.id })
  context.reach('revert.begun')
  await finishRevert(context, id, record.snapshot.id)
}

/** The rest of a revert that was begun. */
export async function finishRevert(context: VmContext, id: string, snapshotId: string): Promise<void> {
  const { folders, library } = context
  const record = await readSnapshot(folders, id, snapshotId)
  const volumes = volumeFiles(folders, record.spec, record.hasUefiVars)
  for (const volume of volumes) {
    await changeOffline('apply', volume, snapshotId)
    await syncFile(volume.file)
  }
  // Made by the first start after the snapshot: the next start makes them anew.
  if (!record.hasUefiVars) await rm(resolve(folders.machine(id), uefiVarsFile), { force: true })
  if (record.hasTpm) await restoreTpm(folders, id, snapshotId)
  context.reach('revert.applied')
  await library.save(revertedSpec(library.spec(id), record.spec))
  await writeHere(folders, id, { parent: snapshotId, ...(await measureVolumes(volumes)) })
  context.reach('revert.saved')
  await endChange(folders, id)
}

async function restoreTpm(folders: VmFolders, id: string, snapshotId: string): Promise<void> {
  const state = join(folders.machine(id), tpmStateFolder)
  const [incoming, outgoing] = [`${state}.partial`, `${state}.old`]
  await rm(incoming, { recursive: true, force: true })
  await cp(tpmCopy(folders, id, snapshotId), incoming, { recursive: true })
  await rm(outgoing, { recursive: true, force: true })
  if (existsSync(state)) await rename(state, outgoing)
  await rename(incoming, state)
  await rm(outgoing, { recursive: true, force: true })
}
