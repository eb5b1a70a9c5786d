import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'

import { syncFile, writeDurableFile } from '../../system/files/write-durable-file.ts'
import { idSchema, type VmSpec } from '#contract/vm-spec'
import { RefusedError } from '../refused-error.ts'
import { formatMachineFile, type MachineFile, parseMachineFile } from './machine-file.ts'
import type { Reach } from './reach.ts'
import type { VmFolders } from './vm-folders.ts'

const NEW_PREFIX = '.new-'
/** Machines read at a stretch: between two slices a window that is opening gets its turn. */
const SLICE = 50

/** The machines on disk. What is held here is what the files say; every change goes to the file first. */
export interface VmLibrary {
  /** Id (the folder's name) -> what its file holds, damaged ones included. */
  readonly items: ReadonlyMap<string, MachineFile>
  /** The usable spec of a machine. Throws RefusedError: not-found, invalid (damaged), read-only (newer). */
  spec(id: string): VmSpec
  save(spec: VmSpec): Promise<void>
  /** Adds a machine whole or not at all: `fill` puts its files into a folder that gets its name only at the end. */
  add(spec: VmSpec, fill: (folder: string) => Promise<void>): Promise<void>
  /** Reads one machine's file again. `trustEdits` as in `parseMachineFile`. */
  reload(id: string, trustEdits?: boolean): Promise<void>
  /** Moves the machine's folder away; returns when that is durable. */
  moveOut(id: string, to: string): Promise<void>
  moveIn(id: string, from: string): Promise<void>
}

/** Opens the library from the machines' folders alone: there is no index that could be lost or disagree. */
export async function openVmLibrary(folders: VmFolders, reach: Reach): Promise<VmLibrary> {
  await mkdir(folders.machines, { recursive: true, mode: 0o700 })
  await mkdir(folders.trash, { recursive: true, mode: 0o700 })
  const items = new Map<string, MachineFile>()
  for (const [index, name] of (await readdir(folders.machines)).entries()) {
    if (index % SLICE === SLICE - 1) await setImmediate()
    if (name.startsWith(NEW_PREFIX)) await rm(join(folders.machines, name), { recursive: true, force: true })
    else if (idSchema.safeParse(name).success) items.set(name, read(folders, name, false))
  }
  void removeLeftovers([...items.keys()].map(folders.machine), Date.now())

  const write = async (path: string, spec: VmSpec) =>
    await writeDurableFile(path, formatMachineFile(spec), (step) => reach(`save.${step}`))

  return {
    items,
    spec(id) {
      const item = items.get(id)
      if (!item) throw new RefusedError({ code: 'not-found', title: `There is no machine ${id}` })
      if (item.kind === 'machine') return item.spec
      throw item.kind === 'newer' ? madeByNewer(id, item.version) : damaged(id, item.reason, folders.machineFile(id))
    },
    async save(spec) {
      await write(folders.machineFile(spec.id), spec)
      items.set(spec.id, { kind: 'machine', spec })
    },
    async add(spec, fill) {
      if (items.has(spec.id))
        throw new RefusedError({ code: 'conflict', title: `There is a machine ${spec.id} already` })
      const folder = join(folders.machines, `${NEW_PREFIX}${spec.id}-${randomBytes(4).toString('hex')}`)
      try {
        await mkdir(folder, { mode: 0o700 })
        reach('create.folder-made')
        await fill(folder)
        reach('create.files-made')
        await write(join(folder, 'machine.json'), spec)
        reach('create.spec-written')
        // Of a deleted machine that had this id.
        for (const note of [folders.lastExit(spec.id), folders.lastStart(spec.id)]) await rm(note, { force: true })
        await rename(folder, folders.machine(spec.id))
        reach('create.renamed')
      } catch (error) {
        await rm(folder, { recursive: true, force: true })
        throw error
      }
      await syncFile(folders.machines)
      reach('create.synced')
      items.set(spec.id, { kind: 'machine', spec })
    },
    async reload(id, trustEdits = false) {
      items.set(id, read(folders, id, trustEdits))
    },
    async moveOut(id, to) {
      await rename(folders.machine(id), to)
      items.delete(id)
      await syncFile(folders.machines)
    },
    async moveIn(id, from) {
      await rename(from, folders.machine(id))
      await syncFile(folders.machines)
      items.set(id, read(folders, id, false))
    },
  }
}

/** What an owner that was killed left half-written beside the good files. */
const LEFTOVER = /^machine\.json\.[0-9a-f]{8}\.tmp$|\.partial$/

/** Happens while the library is used already: leftovers harm nobody, so nobody waits for their end. */
async function removeLeftovers(machineFolders: readonly string[], beforeMs: number): Promise<void> {
  for (const [index, folder] of machineFolders.entries()) {
    if (index % SLICE === 0) await setImmediate()
    for (const name of namesIn(folder).filter((each) => LEFTOVER.test(each))) {
      const path = join(folder, name)
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }))
      if (mtimeMs < beforeMs) await rm(path, { force: true }).catch(() => {})
    }
  }
}

/** Synchronous, as `read` is. A folder that cannot be read is reported by its machine file. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** Synchronous: a thousand small files take 16 ms like this, and ten times that through the thread pool. */
function read(folders: VmFolders, id: string, trustEdits: boolean): MachineFile {
  try {
    const file = parseMachineFile(readFileSync(folders.machineFile(id), 'utf8'), trustEdits)
    if (file.kind === 'machine' && file.spec.id !== id)
      return {
        kind: 'damaged',
        reason: `it describes ${file.spec.id}, not ${id}: was the folder copied?`,
        name: file.spec.name,
      }
    return file
  } catch (error) {
    return { kind: 'damaged', reason: error instanceof Error ? error.message : 'cannot be read', name: undefined }
  }
}

const madeByNewer = (id: string, version: number) =>
  new RefusedError({
    code: 'read-only',
    title: `${id} was made by a newer Petri`,
    evidence: `machine file version ${version}`,
    cure: { text: 'Update Petri to start or change this machine. Its file is left as it is.' },
  })

const damaged = (id: string, reason: string, file: string) =>
  new RefusedError({
    code: 'invalid',
    title: `The file of ${id} cannot be used`,
    evidence: reason,
    cause: `${file} is kept as it is.`,
    cure: {
      text: 'Put back a good copy of the file; or, if you edited it yourself, accept it as it stands.',
      command: `petri accept ${id}`,
    },
  })
