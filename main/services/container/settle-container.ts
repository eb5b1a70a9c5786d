import { existsSync, readdirSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

import type { ContainerSpec } from '#contract/container'
import type { IdMap } from '../../domain/container/lxc-config.ts'
import { syncFile } from '../../system/files/write-durable-file.ts'
import type { ContainerFolders } from './container-folders.ts'
import { removeInIdMap } from './in-id-map.ts'

/**
 * Brings a stopped container's folders to what its file says. A snapshot is written down before the upper layer is moved
 * to its place, so a crash between the two is completed here and no change is ever lost.
 */
export async function settleContainer(folders: ContainerFolders, spec: ContainerSpec, idMap: IdMap): Promise<void> {
  const newest = spec.layers.at(-1)
  if (newest !== undefined) {
    const place = join(folders.base(newest), 'fs')
    if (!existsSync(place) && existsSync(folders.upper(spec.id))) {
      await mkdir(folders.base(newest), { recursive: true, mode: 0o700 })
      await rename(folders.upper(spec.id), place)
      await syncFile(folders.layers)
    }
  }
  if (!existsSync(folders.upper(spec.id))) await freshUpper(folders, spec.id, idMap)
  const gone = readdirSync(folders.container(spec.id)).filter((name) => name.startsWith('gone-'))
  await removeInIdMap(
    idMap,
    gone.map((name) => join(folders.container(spec.id), name)),
  )
}

/** An empty upper layer with a work folder of its own: overlayfs keeps the two together. */
async function freshUpper(folders: ContainerFolders, id: string, idMap: IdMap): Promise<void> {
  const work = folders.work(id)
  // Overlayfs leaves a folder of mode 0 in it, which only root of the namespace can remove.
  await rm(work, { recursive: true, force: true }).catch(async () => await removeInIdMap(idMap, [work]))
  await mkdir(work, { recursive: true, mode: 0o700 })
  await mkdir(folders.root(id), { recursive: true, mode: 0o755 })
  // Its own folder is the container's `/`: its mode is what programs inside see.
  await mkdir(folders.upper(id), { mode: 0o755 })
  await syncFile(folders.container(id))
}
