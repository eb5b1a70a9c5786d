import { mkdirSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'

import { z } from 'zod'

import { binfmtRoutes } from '#contract/container'
import { writeWholeFile } from '../../system/files/write-whole-file.ts'
import type { ContainerFolders } from './container-folders.ts'

const identitySchema = z.strictObject({ pid: z.int(), startTicks: z.int(), bootId: z.string() })

/** What is known of one start. Written before LXC is asked, so that nothing runs without a record; `init` follows. */
const recordSchema = z.strictObject({
  version: z.literal(1),
  id: z.string(),
  bootId: z.string(),
  startedAt: z.iso.datetime(),
  network: z.enum(['none', 'host', 'nat']),
  route: z.enum(binfmtRoutes),
  frozen: z.boolean(),
  init: identitySchema.optional(),
  /** The program that gives it its way out. */
  uplink: identitySchema.optional(),
})
export type ContainerRecord = z.output<typeof recordSchema>

/** Done when it returns, as removing is: no removal can come after the record of the next start. */
export function writeContainerRecord(folders: ContainerFolders, record: ContainerRecord): void {
  mkdirSync(folders.runtime(record.id), { recursive: true, mode: 0o700 })
  writeWholeFile(folders.runRecord(record.id), JSON.stringify(record))
}

export async function readContainerRecord(folders: ContainerFolders, id: string): Promise<ContainerRecord | undefined> {
  try {
    const record = recordSchema.parse(JSON.parse(await readFile(folders.runRecord(id), 'utf8')))
    return record.id === id ? record : undefined
  } catch {
    return undefined
  }
}

export function removeContainerRecord(folders: ContainerFolders, id: string): void {
  rmSync(folders.runRecord(id), { force: true })
}
