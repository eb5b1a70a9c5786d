import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'

import { type ContainerSpec, containerSpecSchema } from '#contract/container'
import { idSchema } from '#contract/vm-spec'
import { syncFile, writeDurableFile } from '../../system/files/write-durable-file.ts'
import { RefusedError } from '../refused-error.ts'
import type { ContainerFolders } from './container-folders.ts'

export type ContainerItem =
  | { readonly kind: 'container'; readonly spec: ContainerSpec }
  | { readonly kind: 'damaged'; readonly reason: string }

/** The containers on disk. What is held here is what the files say; every change goes to the file first. */
export interface ContainerLibrary {
  readonly items: ReadonlyMap<string, ContainerItem>
  spec(id: string): ContainerSpec
  save(spec: ContainerSpec): Promise<void>
  /** Adds a container with empty folders, whole or not at all. */
  add(spec: ContainerSpec): Promise<void>
  /** The only spec with this name, or the id itself. */
  nameTaken(name: string, except?: string): boolean
  freeId(name: string): string
  moveOut(id: string, to: string): Promise<void>
  moveIn(id: string, from: string): Promise<void>
}

/** Opens the library from the containers' folders alone. Synchronous: it stands in the way of the start, and is short. */
export function openContainerLibrary(
  folders: ContainerFolders,
  makeId: (name: string, taken: ReadonlySet<string>) => string,
): ContainerLibrary {
  const items = new Map<string, ContainerItem>()
  for (const id of namesIn(folders.containers)) if (idSchema.safeParse(id).success) items.set(id, read(folders, id))

  return {
    items,
    spec(id) {
      const item = items.get(id)
      if (!item) throw new RefusedError({ code: 'not-found', title: `There is no container ${id}` })
      if (item.kind === 'container') return item.spec
      throw new RefusedError({
        code: 'invalid',
        title: `The file of ${id} cannot be used`,
        evidence: item.reason,
        cause: `${folders.containerFile(id)} is kept as it is.`,
        cure: { text: 'Put back a good copy of the file and start Petri again, or delete the container.' },
      })
    },
    async save(spec) {
      await writeDurableFile(folders.containerFile(spec.id), text(spec))
      items.set(spec.id, { kind: 'container', spec })
    },
    async add(spec) {
      const folder = join(folders.containers, `.new-${spec.id}-${randomBytes(4).toString('hex')}`)
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await Promise.all([
        // The upper layer's own folder is the container's `/`: its mode is what programs inside see.
        mkdir(join(folder, 'upper'), { mode: 0o755 }),
        mkdir(join(folder, 'work'), { mode: 0o700 }),
        mkdir(join(folder, 'root'), { mode: 0o755 }),
        writeDurableFile(join(folder, 'container.json'), text(spec)),
      ])
      await rename(folder, folders.container(spec.id))
      await syncFile(folders.containers)
      items.set(spec.id, { kind: 'container', spec })
    },
    nameTaken: (name, except) =>
      [...items.values()].some(
        (item) => item.kind === 'container' && item.spec.name === name && item.spec.id !== except,
      ),
    freeId: (name) => makeId(name, new Set(items.keys())),
    async moveOut(id, to) {
      await mkdir(folders.trash, { recursive: true, mode: 0o700 })
      await rename(folders.container(id), to)
      items.delete(id)
      await syncFile(folders.containers)
    },
    async moveIn(id, from) {
      await rename(from, folders.container(id))
      await syncFile(folders.containers)
      items.set(id, read(folders, id))
    },
  }
}

const text = (spec: ContainerSpec) => `${JSON.stringify(spec, undefined, 2)}\n`

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function read(folders: ContainerFolders, id: string): ContainerItem {
  try {
    const parsed = containerSpecSchema.safeParse(JSON.parse(readFileSync(folders.containerFile(id), 'utf8')))
    if (!parsed.success) return { kind: 'damaged', reason: parsed.error.issues[0]?.message ?? 'not a container file' }
    if (parsed.data.id !== id)
      return { kind: 'damaged', reason: `it describes ${parsed.data.id}, not ${id}: was the folder copied?` }
    return { kind: 'container', spec: parsed.data }
  } catch (error) {
    return { kind: 'damaged', reason: error instanceof Error ? error.message : 'cannot be read' }
  }
}
