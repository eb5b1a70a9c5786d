import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { z } from 'zod'

import type { Emulator, HostFacts } from '../../domain/vm/host-facts.ts'
import { writeDurableFile } from '../../system/files/write-durable-file.ts'
import { runCommand } from '../../system/process/run-command.ts'
import { type VmArchitecture, vmArchitectures } from '#contract/vm-spec'

const keptSchema = z.record(
  z.string(),
  z.object({ mtimeMs: z.number(), size: z.number(), version: z.tuple([z.number(), z.number(), z.number()]) }),
)
type Kept = z.infer<typeof keptSchema>

/**
 * The installed system emulators with their versions. Asking each binary takes some 50 ms, so answers are kept in the
 * cache folder for as long as the binary's size and time stay the same.
 */
export async function findEmulators(cacheFolder: string): Promise<HostFacts['emulators']> {
  const cacheFile = join(cacheFolder, 'emulators.json')
  const kept = keptSchema.catch({}).parse(
    await readFile(cacheFile, 'utf8')
      .then(JSON.parse)
      .catch(() => ({})),
  )
  const fresh: Kept = {}
  const found: Partial<Record<VmArchitecture, Emulator>> = {}
  await Promise.all(
    vmArchitectures.map(async (architecture) => {
      const path = `/usr/bin/qemu-system-${architecture}`
      const file = await stat(path).catch(() => undefined)
      if (!file) return
      const old = kept[path]
      const version = old?.mtimeMs === file.mtimeMs && old.size === file.size ? old.version : await askVersion(path)
      if (!version) return
      fresh[path] = { mtimeMs: file.mtimeMs, size: file.size, version }
      found[architecture] = { path, version }
    }),
  )
  if (JSON.stringify(sorted(kept)) !== JSON.stringify(sorted(fresh)))
    await writeDurableFile(cacheFile, JSON.stringify(fresh)).catch(() => {})
  return found
}

const sorted = (kept: Kept) => Object.entries(kept).toSorted(([a], [b]) => (a < b ? -1 : 1))

async function askVersion(path: string): Promise<[number, number, number] | undefined> {
  const answer = await runCommand([path, '--version'], { timeoutMs: 10_000 }).catch(() => undefined)
  const match = /version (\d+)\.(\d+)\.(\d+)/.exec(answer?.stdout ?? '')
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : undefined
}
