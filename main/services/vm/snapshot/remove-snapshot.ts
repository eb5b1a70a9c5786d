import { beginChange, endChange } from '../unfinished-change.ts'
import type { VmContext } from '../vm-context.ts'
import { deleteLive } from './live-snapshots.ts'
import {
  hasRecord,
  readSnapshot,
  readSnapshots,
  removeSnapshotFiles,
  withoutParent,
  writeHere,
  writeSnapshot,
} from './snapshot-files.ts'
import { deleteOffline, hasUefiVars, measureVolumes, volumeFiles } from './volume-files.ts'

/** Deletes one state; what was made after it stands on its parent from then on. */
export async function removeSnapshot(context: VmContext, id: string, snapshotId: string): Promise<void> {
  await readSnapshot(context.folders, id, snapshotId)
  await beginChange(context.folders, id, { kind: 'delete', snapshotId })
  context.reach('remove.begun')
  await finishRemoval(context, id, snapshotId)
}

/** The rest of a removal that was begun; every step can be repeated, and the record goes last. */
export async function finishRemoval(context: VmContext, id: string, snapshotId: string): Promise<void> {
  const { folders } = context
  if (hasRecord(folders, id, snapshotId)) {
    const record = await readSnapshot(folders, id, snapshotId)
    const { records, here } = await readSnapshots(folders, id)
    for (const other of records) {
      const snapshot = withoutParent(other.snapshot, record.snapshot)
      if (snapshot !== other.snapshot) await writeSnapshot(folders, id, { ...other, snapshot })
    }
    const presentSpec = context.library.spec(id)
    const changedBefore = here && here.stamp !== (await measureVolumes(presentVolumes(context, id))).stamp
    const volumes = volumeFiles(folders, record.spec, record.hasUefiVars)
    const session = context.sessions.get(id)
    if (session) {
      const plugged = new Set(presentSpec.disks.map(({ path }) => path))
      const [live, apart] = [
        volumes.filter(({ path, node }) => node === 'uefi-vars' || plugged.has(path)),
        volumes.filter(({ path, node }) => node !== 'uefi-vars' && !plugged.has(path)),
      ]
      await deleteLive(session, snapshotId, live)
      await deleteOffline(apart, snapshotId)
    } else await deleteOffline(volumes, snapshotId)
    context.reach('remove.done')
    if (here) {
      const parent = here.parent === snapshotId ? record.snapshot.parent : here.parent
      const now = await measureVolumes(presentVolumes(context, id))
      // Giving space back changes the files too; only what the guest wrote counts as a change.
      await writeHere(folders, id, { ...now, parent, ...(changedBefore && { stamp: here.stamp }) })
    }
  }
  await removeSnapshotFiles(folders, id, snapshotId)
  await endChange(folders, id)
}

function presentVolumes({ folders, library }: VmContext, id: string) {
  const spec = library.spec(id)
  return volumeFiles(folders, spec, hasUefiVars(folders, spec))
}
