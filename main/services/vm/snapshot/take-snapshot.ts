import { randomBytes } from 'node:crypto'
import { cp, mkdir } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

import type { Snapshot } from '#contract/snapshot'
import type { VmSpec } from '#contract/vm-spec'
import { tpmStateFolder } from '../../../domain/vm/sandbox-paths.ts'
import { syncFile } from '../../../system/files/write-durable-file.ts'
import type { JobWork } from '../../jobs/job-control.ts'
import { RefusedError } from '../../refused-error.ts'
import { beginChange, endChange } from '../unfinished-change.ts'
import type { VmContext } from '../vm-context.ts'
import type { VmSession } from '../vm-session.ts'
import { deleteLive, saveLive, snapshotDisksLive, takePicture } from './live-snapshots.ts'
import {
  readSnapshots,
  removeSnapshotFiles,
  type SnapshotRecord,
  thumbnailFile,
  tpmCopy,
  writeHere,
  writeSnapshot,
} from './snapshot-files.ts'
import {
  changeOffline,
  deleteOffline,
  freeBytes,
  hasUefiVars,
  measureVolumes,
  snapshotsInside,
  type VolumeFile,
  volumeFiles,
} from './volume-files.ts'

export interface SnapshotWish {
  readonly name: string
  readonly notes: string
  readonly memory: boolean
  readonly automatic: boolean
}

type Work = Pick<JobWork, 'signal' | 'progress' | 'log'>

/**
 * Makes a snapshot of a machine as it is. Either all of it is there at the end, or nothing: what was begun is undone on
 * failure and on cancel, and by the next owner after a crash.
 */
export async function takeSnapshot(
  context: VmContext,
  spec: VmSpec,
  wish: SnapshotWish,
  work: Work,
): Promise<SnapshotRecord> {
  const { folders } = context
  const { id } = spec
  const session = context.sessions.get(id)
  const uefiVars = hasUefiVars(folders, spec)
  const volumes = volumeFiles(folders, spec, uefiVars)
  const stored = await readSnapshots(folders, id)
  const snapshotId = `snap-${randomBytes(6).toString('hex')}`
  const withMemory = session !== undefined && wish.memory
  const before = await measureVolumes(volumes)

  await mkdir(folders.snapshots(id), { recursive: true, mode: 0o700 })
  await beginChange(folders, id, { kind: 'create', snapshotId })
  context.reach('snapshot.begun')
  try {
    const thumbnail =
      session !== undefined &&
      spec.display.kind !== 'none' &&
      (await takePicture(session, folders, thumbnailFile(folders, id, snapshotId)))
    work.progress({ phase: withMemory ? 'Saving memory and disks' : 'Saving the disks' })
    await snapshotVolumesNow(session, withMemory, snapshotId, volumes, work.signal)
    const hasTpm = spec.tpm && (await copyTpm(context, id, snapshotId))
    context.reach('snapshot.taken')
    work.signal.throwIfAborted()

    const first = volumes[0]
    const memoryBytes = withMemory && first ? ((await snapshotsInside(first)).get(snapshotId) ?? 0) : 0
    const snapshot: Snapshot = {
      id: snapshotId,
      name: wish.name,
      notes: wish.notes,
      createdAt: context.now().toISOString(),
      parent: stored.here?.parent ?? null,
      memory: withMemory,
      memoryBytes,
      diskBytes: Math.max(0, before.allocatedBytes - (stored.here?.allocatedBytes ?? 0)),
      automatic: wish.automatic,
      thumbnail,
    }
    const record: SnapshotRecord = {
      version: 1,
      snapshot,
      spec,
      hasUefiVars: uefiVars,
      hasTpm,
      ...(withMemory && { emulatorVersion: session.record.emulatorVersion }),
    }
    // From here it exists: whoever finds the change unfinished brings it to its end.
    await writeSnapshot(folders, id, record)
    context.reach('snapshot.recorded')
    await writeHere(folders, id, { parent: snapshotId, ...(await measureVolumes(volumes)) })
    await endChange(folders, id)
    return record
  } catch (error) {
    const reason = (await isFull(context, id, volumes)) ? diskFull(error) : error
    // What cannot be undone now stays written down, and is undone before the next action on the machine.
    await undoSnapshot(context, id, snapshotId, volumes).catch((failure: unknown) => work.log(String(failure)))
    throw reason
  }
}

/** Less than this is not enough for anything, in bytes. */
const FULL_BYTES = 1024 * 1024

const isFull = async ({ folders }: VmContext, id: string, volumes: readonly VolumeFile[]) =>
  (await freeBytes(folders, id, volumes)) < FULL_BYTES

/** QEMU calls it an input/output error. */
function diskFull(error: unknown): RefusedError {
  return new RefusedError(
    {
      code: 'no-space',
      title: 'The snapshot could not be made: the disk is full',
      evidence: error instanceof RefusedError ? error.failure.evidence : String(error),
      cause: 'Something else took the room meanwhile. The machine is as it was.',
      cure: { text: 'Free some space and try again.', command: 'df -h' },
    },
    error,
  )
}

/** Takes back all of a snapshot that was not finished; the machine runs on, where it runs. */
export async function undoSnapshot(
  context: VmContext,
  id: string,
  snapshotId: string,
  volumes: readonly VolumeFile[],
): Promise<void> {
  const session = context.sessions.get(id)
  if (session) await deleteLive(session, snapshotId, volumes)
  else await deleteOffline(volumes, snapshotId)
  await removeSnapshotFiles(context.folders, id, snapshotId)
  await endChange(context.folders, id)
}

async function snapshotVolumesNow(
  session: VmSession | undefined,
  withMemory: boolean,
  tag: string,
  volumes: readonly VolumeFile[],
  signal: AbortSignal,
): Promise<void> {
  if (session && withMemory) return await saveLive(session, tag, volumes)
  if (session) return await snapshotDisksLive(session, tag, volumes)
  for (const volume of volumes) {
    await changeOffline('create', volume, tag, signal)
    await syncFile(volume.file)
  }
}

/** swtpm replaces its files by renaming, so that a copy is of one moment. Returns whether there was anything to copy. */
async function copyTpm({ folders }: VmContext, id: string, snapshotId: string): Promise<boolean> {
  const state = join(folders.machine(id), tpmStateFolder)
  if (!existsSync(state)) return false
  await cp(state, tpmCopy(folders, id, snapshotId), { recursive: true })
  return true
}
