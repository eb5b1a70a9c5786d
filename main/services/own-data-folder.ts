import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { z } from 'zod'

import { type FileLock, lockFile } from '../system/files/file-lock.ts'
import { identifyProcess } from '../system/process/process-identity.ts'

const ownerSchema = z.object({ pid: z.int(), startTicks: z.int(), socketPath: z.string(), since: z.string() })

/** The process that owns a data folder, and where it listens for others. */
export type Owner = z.infer<typeof ownerSchema>

export type Ownership =
  | { readonly kind: 'ours'; readonly lock: FileLock }
  /** `owner` is undefined for the moment between taking the lock and saying who has it. */
  | { readonly kind: 'taken'; readonly owner: Owner | undefined }

/**
 * Makes this process the owner of a data folder, or tells who is. The lock is the kernel's, so an owner that died, however
 * it died, is no longer one; what the file says is only an address.
 */
export function ownDataFolder(dataFolder: string, socketPath: string, now: Date): Ownership {
  const path = join(dataFolder, 'owner.lock')
  const lock = lockFile(path)
  if (!lock) return { kind: 'taken', owner: readOwner(path) }
  const startTicks = identifyProcess(process.pid)?.startTicks ?? 0
  const owner: Owner = { pid: process.pid, startTicks, socketPath, since: now.toISOString() }
  writeFileSync(path, `${JSON.stringify(owner)}\n`)
  return { kind: 'ours', lock }
}

function readOwner(path: string): Owner | undefined {
  try {
    return ownerSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return undefined
  }
}
