import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { z } from 'zod'

import { type Snapshot, snapshotIdSchema, snapshotSchema } from '#contract/snapshot'
import { vmSpecSchema } from '#contract/vm-spec'
import { syncFile, writeDurableFile } from '../../../system/files/write-durable-file.ts'
import { RefusedError } from '../../refused-error.ts'
import type { VmFolders } from '../vm-folders.ts'

/** One snapshot's file. The disks hold its data under its id; this says what they cannot. */
const snapshotRecordSchema = z.strictObject({
  version: z.literal(1),
  snapshot: snapshotSchema,
  /** The whole machine at that moment. */
  spec: vmSpecSchema,
  hasUefiVars: z.boolean(),
  hasTpm: z.boolean(),
  /** Memory is loaded only by the QEMU that saved it; undefined without memory. */
  emulatorVersion: z.string().optional(),
})
export type SnapshotRecord = z.infer<typeof snapshotRecordSchema>

/** Where the machine stands in the tree, and what its disks looked like when it got there. */
const hereSchema = z.strictObject({
  parent: snapshotIdSchema.nullable(),
  /** Sizes and times of the disks' files. */
  stamp: z.string(),
  allocatedBytes: z.number(),
})
export type Here = z.infer<typeof hereSchema>

const HERE = 'here.json'

export interface StoredSnapshots {
  /** Oldest first. */
  readonly records: readonly SnapshotRecord[]
  readonly damaged: readonly { readonly file: string; readonly reason: string }[]
  readonly here: Here | undefined
}

/** Everything stored about a machine's snapshots. A record that cannot be read is named and left as it is. */
export async function readSnapshots(folders: Pick<VmFolders, 'snapshots'>, id: string): Promise<StoredSnapshots> {
  const folder = folders.snapshots(id)
  if (!existsSync(folder)) return { records: [], damaged: [], here: undefined }
  const records: SnapshotRecord[] = []
  const damaged: { file: string; reason: string }[] = []
  for (const name of (await readdir(folder)).filter((file) => /^snap-.*\.json$/.test(file))) {
    const file = join(folder, name)
    try {
      records.push(snapshotRecordSchema.parse(JSON.parse(await readFile(file, 'utf8'))))
    } catch (error) {
      damaged.push({ file, reason: error instanceof Error ? error.message.slice(0, 200) : 'cannot be read' })
    }
  }
  const here = await readFile(join(folder, HERE), 'utf8').then(
    (text) => hereSchema.safeParse(parseJson(text)).data,
    () => undefined,
  )
  records.sort((one, other) => one.snapshot.createdAt.localeCompare(other.snapshot.createdAt))
  return { records, damaged, here }
}

/** One record. Throws RefusedError when there is none. */
export async function readSnapshot(folders: VmFolders, id: string, snapshotId: string): Promise<SnapshotRecord> {
  const text = await readFile(recordFile(folders, id, snapshotId), 'utf8').catch(() => undefined)
  const record = text === undefined ? undefined : snapshotRecordSchema.safeParse(parseJson(text))
  if (record?.success) return record.data
  throw new RefusedError({
    code: record ? 'invalid' : 'not-found',
    title: record ? `The record of ${snapshotId} cannot be read` : `There is no snapshot ${snapshotId}`,
    ...(record && { evidence: record.error.message.slice(0, 200) }),
    cure: { text: 'See which there are.', command: `petri snapshot list ${id}` },
  })
}

export async function writeSnapshot(folders: VmFolders, id: string, record: SnapshotRecord): Promise<void> {
  await mkdir(folders.snapshots(id), { recursive: true, mode: 0o700 })
  const file = recordFile(folders, id, record.snapshot.id)
  await writeDurableFile(file, `${JSON.stringify(snapshotRecordSchema.parse(record), undefined, 2)}\n`)
}

export async function writeHere(folders: VmFolders, id: string, here: Here): Promise<void> {
  await mkdir(folders.snapshots(id), { recursive: true, mode: 0o700 })
  await writeDurableFile(join(folders.snapshots(id), HERE), `${JSON.stringify(here)}\n`)
}

/** Removes all that lies beside the disks about one snapshot: the record last. */
export async function removeSnapshotFiles(folders: VmFolders, id: string, snapshotId: string): Promise<void> {
  const folder = folders.snapshots(id)
  if (!existsSync(folder)) return
  await rm(thumbnailFile(folders, id, snapshotId), { force: true })
  await rm(tpmCopy(folders, id, snapshotId), { recursive: true, force: true })
  await rm(recordFile(folders, id, snapshotId), { force: true })
  await syncFile(folder)
}

export const hasRecord = (folders: VmFolders, id: string, snapshotId: string) =>
  existsSync(recordFile(folders, id, snapshotId))

export const thumbnailFile = (folders: VmFolders, id: string, snapshotId: string) =>
  join(folders.snapshots(id), `${snapshotId}.png`)

/** The TPM's state of that moment. */
export const tpmCopy = (folders: VmFolders, id: string, snapshotId: string) =>
  join(folders.snapshots(id), `${snapshotId}.tpm`)

const recordFile = (folders: VmFolders, id: string, snapshotId: string) =>
  join(folders.snapshots(id), `${snapshotId}.json`)

/** Snapshots made after `parent` now stand on what it stood on. */
export function withoutParent(snapshot: Snapshot, gone: Snapshot): Snapshot {
  return snapshot.parent === gone.id ? { ...snapshot, parent: gone.parent } : snapshot
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
