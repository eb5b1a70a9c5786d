import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'

import { z } from 'zod'

import { frozenDiskSchema } from '#contract/vm-spec'
import { snapshotIdSchema } from '#contract/snapshot'
import { syncFile, writeDurableFile } from '../../system/files/write-durable-file.ts'
import type { VmFolders } from './vm-folders.ts'

/**
 * A change of several files of one machine, written down before its first step and removed after its last. What a crash
 * leaves is brought to its end, or undone, before anything else is done with the machine.
 */
const unfinishedChangeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('create'), snapshotId: snapshotIdSchema }),
  z.strictObject({ kind: z.literal('revert'), snapshotId: snapshotIdSchema }),
  z.strictObject({ kind: z.literal('delete'), snapshotId: snapshotIdSchema }),
  z.strictObject({
    kind: z.literal('freeze'),
    /** Paths in the machine's folder, and what they become. */
    disks: z.array(z.strictObject({ path: z.string(), frozen: frozenDiskSchema })),
  }),
])
export type UnfinishedChange = z.infer<typeof unfinishedChangeSchema>

/** Asked before every action on a machine, and nearly always there is none. */
export async function readUnfinished(folders: VmFolders, id: string): Promise<UnfinishedChange | undefined> {
  if (!existsSync(folders.unfinished(id))) return undefined
  // It was written whole or not at all: what cannot be read is a damaged disk, and that is said.
  return unfinishedChangeSchema.parse(JSON.parse(await readFile(folders.unfinished(id), 'utf8')))
}

export async function beginChange(folders: VmFolders, id: string, change: UnfinishedChange): Promise<void> {
  await writeDurableFile(folders.unfinished(id), JSON.stringify(change))
}

export async function endChange(folders: VmFolders, id: string): Promise<void> {
  await rm(folders.unfinished(id), { force: true })
  await syncFile(folders.machine(id))
}
