import { mkdir, readFile } from 'node:fs/promises'

import { z } from 'zod'

import { liveStepSchema } from '../../../domain/vm/live/live-step.ts'
import { writeDurableFile } from '../../../system/files/write-durable-file.ts'
import type { VmFolders } from '../vm-folders.ts'

/** What changed in a machine since its start, in `live.json` of its runtime folder; gone with the run. */
const liveRecordSchema = z.strictObject({
  version: z.literal(1),
  /** Devices came or went: saved memory would not fit what the next start makes of the spec. */
  devicesChanged: z.boolean(),
  /** Programs that serve files to the machine, by the block node that reads from them. */
  servers: z.record(z.string(), z.strictObject({ pid: z.int(), startTicks: z.int(), bootId: z.string() })),
  /** Begun and not yet known to be in the spec. */
  pending: liveStepSchema.optional(),
})
export type LiveRecord = z.infer<typeof liveRecordSchema>

const untouched: LiveRecord = { version: 1, devicesChanged: false, servers: {} }

/** The record of a run; that of an untouched machine when there is none that can be read. */
export async function readLiveRecord(folders: VmFolders, id: string): Promise<LiveRecord> {
  try {
    return liveRecordSchema.parse(JSON.parse(await readFile(folders.liveRecord(id), 'utf8')))
  } catch {
    return untouched
  }
}

/** Changes the record; one action at a time runs on a machine, so nobody writes in between. */
export async function changeLiveRecord(
  folders: VmFolders,
  id: string,
  change: (record: LiveRecord) => LiveRecord,
): Promise<void> {
  await mkdir(folders.runtime(id), { recursive: true, mode: 0o700 })
  await writeDurableFile(folders.liveRecord(id), JSON.stringify(change(await readLiveRecord(folders, id))))
}
