import { mkdir, readFile } from 'node:fs/promises'

import { z } from 'zod'

import { writeDurableFile } from '../../system/files/write-durable-file.ts'
import { idSchema } from '#contract/vm-spec'
import { vmAccelerationSchema } from '#contract/vm-state'
import type { VmFolders } from './vm-folders.ts'

const nameSchema = z.string().regex(/^[A-Za-z0-9._-]+$/)

/**
 * What is known of one start of one machine, in `run.json` of its runtime folder. Written before QEMU is started, so
 * that there is never a process without a record; `process` follows when bwrap has told the pid.
 */
export const runRecordSchema = z.strictObject({
  version: z.literal(1),
  vmId: idSchema,
  uuid: z.uuid(),
  nonce: z.string().regex(/^[0-9a-f]{8}$/),
  /** Of the boot in which this start happened; a record of another boot is history. */
  bootId: z.string(),
  startedAt: z.iso.datetime(),
  process: z.strictObject({ pid: z.int(), startTicks: z.int(), bootId: z.string() }).optional(),
  acceleration: vmAccelerationSchema,
  memoryMiB: z.int(),
  emulatorVersion: z.string(),
  qmp: nameSchema,
  pidFile: nameSchema,
  serial: z.array(nameSchema),
  /** The kernel's count of out-of-memory kills when the machine started. */
  oomKills: z.int(),
  argv: z.array(z.string()),
})
export type RunRecord = z.infer<typeof runRecordSchema>

export async function writeRunRecord(folders: VmFolders, record: RunRecord): Promise<void> {
  await mkdir(folders.sockets(record.vmId), { recursive: true, mode: 0o700 })
  await writeDurableFile(folders.runRecord(record.vmId), JSON.stringify(record))
}

/** The record of a machine's start; undefined when there is none that can be read. */
export async function readRunRecord(folders: VmFolders, vmId: string): Promise<RunRecord | undefined> {
  const text = await readFile(folders.runRecord(vmId), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    const record = runRecordSchema.parse(JSON.parse(text))
    return record.vmId === vmId ? record : undefined
  } catch {
    return undefined
  }
}
