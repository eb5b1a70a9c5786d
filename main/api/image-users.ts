import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'

import type { ImageUser } from '#contract/image'
import { headerGateBytes, readDiskHeader } from '../domain/vm/header-gate.ts'
import { hostPath } from '../domain/vm/sandbox-paths.ts'
import type { VmContext } from '../services/vm/vm-context.ts'
import { readFirstBytes } from '../system/files/read-first-bytes.ts'

/** Machines keep disks in their folder, and at most this far below it. */
const MAX_DEPTH = 3

/**
 * Who needs which of these files: machines that name one in their description, or whose disks are layers over one; those
 * in the trash too, for they can come back. It asks the files, not a record of them: a machine whose description cannot
 * be read still counts. Files are told by their base name, which is a digest. Rejects when a folder cannot be read.
 */
export async function imageUsers(
  { folders, library }: VmContext,
  paths: readonly string[],
): Promise<ReadonlyMap<string, readonly ImageUser[]>> {
  const users = new Map<string, ImageUser[]>()
  if (paths.length === 0) return users
  const note = (mentioned: readonly string[], user: ImageUser) => {
    for (const path of paths) {
      if (mentioned.some((text) => text.includes(basename(path)))) users.set(path, [...(users.get(path) ?? []), user])
    }
  }
  for (const [id, item] of library.items) {
    const name = item.kind === 'machine' ? item.spec.name : (item.name ?? id)
    const elsewhere =
      item.kind === 'machine' ? item.spec.disks.map(({ path }) => hostPath(folders.machine(id), path)) : []
    const mentioned = [...(await mentions(folders.machine(id), 1)), ...(await Promise.all(elsewhere.map(refersTo)))]
    note(mentioned, { kind: 'vm', id, name })
  }
  for (const entry of await readdir(folders.trash, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue
    const user = { kind: 'vm', id: entry.name, name: `${entry.name} (in the trash)` } as const
    note(await mentions(join(folders.trash, entry.name), 1), user)
  }
  return users
}

/** Texts in which a machine's folder may name a file outside of it. */
async function mentions(folder: string, depth: number): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const found = await Promise.all(
    entries.map(async (entry): Promise<readonly string[]> => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return depth < MAX_DEPTH ? mentions(path, depth + 1) : []
      if (!entry.isFile()) return []
      return entry.name.endsWith('.json') ? [await readFile(path, 'utf8')] : [await refersTo(path)]
    }),
  )
  return found.flat()
}

/** The file that a disk is a layer over, as its header names it. */
async function refersTo(path: string): Promise<string> {
  const first = await readFirstBytes(path, headerGateBytes)
  return readDiskHeader(first, first.length).refersTo ?? ''
}
