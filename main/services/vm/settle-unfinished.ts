import { resolve } from 'node:path'

import { RefusedError } from '../refused-error.ts'
import { settleFreeze } from './clone/freeze-disks.ts'
import { finishRemoval } from './snapshot/remove-snapshot.ts'
import { finishRevert } from './snapshot/revert-machine.ts'
import { hasRecord, readSnapshot, writeHere } from './snapshot/snapshot-files.ts'
import { undoSnapshot } from './snapshot/take-snapshot.ts'
import { hasUefiVars, measureVolumes, volumeFiles } from './snapshot/volume-files.ts'
import { endChange, readUnfinished, type UnfinishedChange } from './unfinished-change.ts'
import type { VmContext } from './vm-context.ts'

/**
 * Brings what a crash cut off to its end or undoes it, so that a machine is as before or as after. Called before every
 * action on a machine; there is nearly always nothing to do.
 */
export async function settleUnfinished(context: VmContext, id: string): Promise<void> {
  if (context.library.items.get(id)?.kind !== 'machine') return
  try {
    const change = await readUnfinished(context.folders, id)
    if (change) await settle(context, id, change)
  } catch (error) {
    throw new RefusedError(
      {
        code: 'conflict',
        title: 'A change of this machine was cut off and cannot be brought to its end',
        evidence: error instanceof Error ? error.message : String(error),
        cause: `What was begun stands in ${resolve(context.folders.unfinished(id))}.`,
        cure: { text: 'Free some space where the machine is, put missing files back, and try again.' },
      },
      error,
    )
  }
}

async function settle(context: VmContext, id: string, change: UnfinishedChange): Promise<void> {
  const { folders } = context
  switch (change.kind) {
    case 'create': {
      const spec = context.library.spec(id)
      if (!hasRecord(folders, id, change.snapshotId))
        return await undoSnapshot(
          context,
          id,
          change.snapshotId,
          volumeFiles(folders, spec, hasUefiVars(folders, spec)),
        )
      const record = await readSnapshot(folders, id, change.snapshotId)
      const volumes = volumeFiles(folders, record.spec, record.hasUefiVars)
      await writeHere(folders, id, { parent: change.snapshotId, ...(await measureVolumes(volumes)) })
      return await endChange(folders, id)
    }
    case 'revert':
      return await finishRevert(context, id, change.snapshotId)
    case 'delete':
      return await finishRemoval(context, id, change.snapshotId)
    case 'freeze':
      return await settleFreeze(context, id, change)
  }
}
