import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'

import type { ContainerSnapshot, ContainerSpec } from '#contract/container'
import type { IdMap } from '../../domain/container/lxc-config.ts'
import { RefusedError } from '../refused-error.ts'
import type { ContainerFolders } from './container-folders.ts'
import type { ContainerLibrary } from './container-library.ts'
import { removeInIdMap, runInIdMap } from './in-id-map.ts'
import { settleContainer } from './settle-container.ts'

/** The kernel takes a page of mount options: this many layers fit with room to spare. */
const MAX_LAYERS = 40

export interface ContainerChanges {
  snapshot(id: string, name: string | undefined, isRunning: boolean): Promise<string>
  reset(id: string): Promise<void>
  revert(id: string, snapshotId: string): Promise<void>
  deleteSnapshot(id: string, snapshotId: string): Promise<void>
  clone(id: string, name: string, newId: string, isRunning: boolean): Promise<void>
  /** Removes layers that no container, also none in the trash, uses any more. */
  collectLayers(trashed: readonly ContainerSpec[]): Promise<void>
}

/** Changes of a container's layers. Each is a rename or a fresh folder and then one durable file: never half of it. */
export function containerChanges(
  folders: ContainerFolders,
  library: ContainerLibrary,
  idMap: () => Promise<IdMap>,
  now: () => Date,
): ContainerChanges {
  /**
   * Makes a layer of what the container has written so far, and tells the container's file of it. Of a stopped one the
   * file comes first and the move second: see `settleContainer`.
   */
  const seal = async (id: string, isRunning: boolean, alsoChange: (layers: string[]) => Partial<ContainerSpec>) => {
    const spec = library.spec(id)
    const map = await idMap()
    if (!isRunning) await settleContainer(folders, spec, map)
    const isEmpty = (await readdir(folders.upper(id))).length === 0
    if (!isEmpty && spec.layers.length >= MAX_LAYERS) throw tooManyLayers(spec)
    const layer = `layer-${randomBytes(8).toString('hex')}`
    const layers = isEmpty ? spec.layers : [...spec.layers, layer]
    if (!isEmpty && isRunning) {
      // The upper layer is in use: its copy becomes the layer, and what is in both is the same.
      await mkdir(folders.base(layer), { recursive: true, mode: 0o700 })
      try {
        const place = join(folders.base(layer), 'fs')
        await runInIdMap(map, ['cp', '--archive', '--reflink=auto', '--', folders.upper(id), place])
      } catch (error) {
        await removeInIdMap(map, [folders.base(layer)])
        throw error
      }
    }
    await library.save({ ...spec, layers, ...alsoChange(layers) })
    if (!isRunning) await settleContainer(folders, library.spec(id), map)
    return layers
  }
  const find = (spec: ContainerSpec, snapshotId: string): ContainerSnapshot => {
    const found = spec.snapshots.find((snapshot) => snapshot.id === snapshotId || snapshot.name === snapshotId)
    if (found !== undefined) return found
    throw new RefusedError({
      code: 'not-found',
      title: `${spec.name} has no snapshot ${snapshotId}`,
      cure: { text: 'See which it has.', command: `petri container show ${spec.id}` },
    })
  }
  const discardUpper = async (id: string) => {
    await rename(folders.upper(id), join(folders.container(id), `gone-${randomBytes(4).toString('hex')}`))
    await settleContainer(folders, library.spec(id), await idMap())
  }

  return {
    async snapshot(id, name, isRunning) {
      const snapshotId = `snapshot-${randomBytes(6).toString('hex')}`
      const { snapshots } = library.spec(id)
      const at = now().toISOString()
      await seal(id, isRunning, (layers) => ({
        snapshots: [...snapshots, { id: snapshotId, name: name ?? `Snapshot ${snapshots.length + 1}`, at, layers }],
      }))
      return snapshotId
    },
    async reset(id) {
      await settleContainer(folders, library.spec(id), await idMap())
      await discardUpper(id)
    },
    async revert(id, snapshotId) {
      const spec = library.spec(id)
      const { layers } = find(spec, snapshotId)
      await settleContainer(folders, spec, await idMap())
      await library.save({ ...spec, layers })
      await discardUpper(id)
    },
    async deleteSnapshot(id, snapshotId) {
      const spec = library.spec(id)
      const gone = find(spec, snapshotId)
      await library.save({ ...spec, snapshots: spec.snapshots.filter((snapshot) => snapshot !== gone) })
    },
    async clone(id, name, newId, isRunning) {
      const layers = await seal(id, isRunning, () => ({}))
      // Two containers cannot publish the same ports.
      const copy = { ...library.spec(id), id: newId, name, createdAt: now().toISOString(), snapshots: [], ports: [] }
      await library.add({ ...copy, layers })
    },
    async collectLayers(trashed) {
      const used = new Set<string>()
      const specs = [...library.items.values()].flatMap((item) => (item.kind === 'container' ? [item.spec] : []))
      // A container whose file cannot be read may use any of them.
      if (specs.length < library.items.size) return
      for (const spec of [...specs, ...trashed])
        for (const layers of [spec.layers, ...spec.snapshots.map((snapshot) => snapshot.layers)])
          for (const layer of layers) used.add(layer)
      const names = await readdir(folders.layers).catch(() => [])
      const gone = names.filter((name) => name.startsWith('layer-') && !used.has(name))
      await removeInIdMap(
        await idMap(),
        gone.map((name) => folders.base(name)),
      )
    },
  }
}

function tooManyLayers(spec: ContainerSpec): RefusedError {
  return new RefusedError({
    code: 'conflict',
    title: `${spec.name} has ${spec.layers.length} layers already`,
    cause: 'The kernel puts only so many layers together.',
    cure: {
      text: 'Export it and make a new container from that file.',
      command: `petri container export ${spec.id} FILE.tar`,
    },
  })
}
