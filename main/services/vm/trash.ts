import { randomBytes } from 'node:crypto'
import { lstat, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'

import { z } from 'zod'

import type { TrashedVm } from '#contract/vm-calls'
import { idSchema } from '#contract/vm-spec'
import { syncFile, writeDurableFile } from '../../system/files/write-durable-file.ts'
import { RefusedError } from '../refused-error.ts'
import { mustHaveItsDisks } from './clone/dependants.ts'
import { needsInTrash } from './clone/needs-in-trash.ts'
import { parseMachineFile } from './machine-file.ts'
import type { VmContext } from './vm-context.ts'
import type { VmFolders } from './vm-folders.ts'

const BLOCK_BYTES = 512
/** A machine gets this name before its files go one by one: a part of a machine must never be restored. */
const GONE_PREFIX = '.gone-'

/** What is noted beside a machine's folder. */
const noteSchema = z.strictObject({ id: z.string(), name: z.string(), at: z.iso.datetime() })
type Note = z.infer<typeof noteSchema>

/** Moves a machine's whole folder to the trash. */
export async function trashVm(context: VmContext, id: string, name: string): Promise<string> {
  const trashId = `${id}-${randomBytes(4).toString('hex')}`
  const note: Note = { id, name, at: context.now().toISOString() }
  await writeDurableFile(notePath(context.folders, trashId), JSON.stringify(note))
  await context.library.moveOut(id, join(context.folders.trash, trashId))
  return trashId
}

/** What lies in the trash, newest first. A note without its folder is of a machine that never got there. */
export async function listTrash({ folders }: Pick<VmContext, 'folders'>): Promise<readonly TrashedVm[]> {
  const trashed: TrashedVm[] = []
  for (const entry of await readdir(folders.trash, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name.startsWith(GONE_PREFIX)) continue
    const note = await readNote(folders, entry.name)
    if (note === undefined) continue
    const sizeBytes = await ownBytes(join(folders.trash, entry.name))
    trashed.push({ trashId: entry.name, id: note.id, name: note.name, deletedAt: note.at, sizeBytes, neededBy: [] })
  }
  const needs = await needsInTrash(folders.trash, trashed)
  for (const machine of trashed)
    for (const { trashId, name } of trashed)
      if (needs.get(trashId)?.has(machine.trashId)) machine.neededBy.push({ trashId, name })
  return trashed.toSorted((a, b) => b.deletedAt.localeCompare(a.deletedAt))
}

/** Brings a machine back from the trash under its old id. */
export async function restoreVm(context: VmContext, trashId: string): Promise<string> {
  const isName = basename(trashId) === trashId && !trashId.startsWith('.')
  const note = isName ? await readNote(context.folders, trashId) : undefined
  if (note === undefined)
    throw new RefusedError({
      code: 'not-found',
      title: `The trash holds no machine ${trashId}`,
      cure: { text: 'See which there are:', command: 'petri trash list' },
    })
  const { id } = note
  if (context.library.items.has(id))
    throw new RefusedError({
      code: 'conflict',
      title: `There is another machine ${id} now`,
      cure: { text: 'Delete that one first, or duplicate it under another name.' },
    })
  const file = await readFile(join(context.folders.trash, trashId, 'machine.json'), 'utf8').catch(() => '')
  const machine = parseMachineFile(file)
  if (machine.kind === 'machine') await mustHaveItsDisks(context, machine.spec)
  await context.library.moveIn(id, join(context.folders.trash, trashId))
  await rm(notePath(context.folders, trashId), { force: true })
  return id
}

/** Deletes machines in the trash for good, without ids all; and always what an interrupted deletion left. */
export async function emptyTrash(
  context: Pick<VmContext, 'folders' | 'library'>,
  trashIds: readonly string[] | undefined,
): Promise<{ readonly removed: number; readonly freedBytes: number }> {
  const { folders } = context
  const all = await listTrash(context)
  const wanted = trashIds === undefined ? all : all.filter(({ trashId }) => trashIds.includes(trashId))
  mustGoTogether(wanted)
  for (const { trashId } of wanted) {
    await rename(join(folders.trash, trashId), join(folders.trash, `${GONE_PREFIX}${trashId}`))
    await rm(notePath(folders, trashId), { force: true })
  }
  await syncFile(folders.trash)
  for (const name of await readdir(folders.trash))
    if (name.startsWith(GONE_PREFIX)) await rm(join(folders.trash, name), { recursive: true, force: true })
  const present = new Set([...context.library.items.keys(), ...(await listTrash(context)).map(({ id }) => id)])
  for (const { id } of wanted) if (!present.has(id)) await rm(folders.state(id), { recursive: true, force: true })
  return { removed: wanted.length, freedBytes: wanted.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) }
}

/** Refuses to take the ground from under a linked clone that could still be restored. */
function mustGoTogether(wanted: readonly TrashedVm[]): void {
  const going = new Set(wanted.map(({ trashId }) => trashId))
  for (const { name, trashId, neededBy } of wanted) {
    const staying = neededBy.filter((clone) => !going.has(clone.trashId))
    if (staying.length === 0) continue
    throw new RefusedError({
      code: 'in-use',
      title: `${name} is needed by ${staying.map((clone) => `“${clone.name}”`).join(', ')} in the trash`,
      evidence: `${staying.length === 1 ? 'That linked clone keeps' : 'Those linked clones keep'} only what differs from the disks of ${name}.`,
      cure: {
        text: 'Delete them for good together, or restore both and make a full clone first.',
        command: `petri trash empty ${[trashId, ...staying.map((clone) => clone.trashId)].join(' ')}`,
      },
    })
  }
}

const notePath = (folders: VmFolders, trashId: string) => join(folders.trash, `${trashId}.json`)

/** Where the note is lost or damaged, what the folder's name and date say. Undefined: nothing of ours. */
async function readNote(folders: VmFolders, trashId: string): Promise<Note | undefined> {
  const folder = await stat(join(folders.trash, trashId)).catch(() => undefined)
  if (folder === undefined) return undefined
  const id = trashId.replace(/-[0-9a-f]{8}$/, '')
  try {
    return noteSchema.parse(JSON.parse(await readFile(notePath(folders, trashId), 'utf8')))
  } catch {
    return idSchema.safeParse(id).success ? { id, name: id, at: folder.mtime.toISOString() } : undefined
  }
}

/** Space on the disk, without files that have another name elsewhere. */
async function ownBytes(folder: string): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])) {
    if (!entry.isFile()) continue
    const stats = await lstat(join(entry.parentPath, entry.name)).catch(() => undefined)
    if (stats?.nlink === 1) bytes += stats.blocks * BLOCK_BYTES
  }
  return bytes
}
