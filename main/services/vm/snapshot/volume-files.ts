import { existsSync } from 'node:fs'
import { stat, statfs } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

import { z } from 'zod'

import { type SnapshotVolume, snapshotVolumes } from '../../../domain/snapshot/snapshot-volumes.ts'
import { uefiVarsFile } from '../../../domain/vm/sandbox-paths.ts'
import type { VmSpec } from '#contract/vm-spec'
import { runQemuImg } from '../../qemu/run-sandboxed.ts'
import type { VmFolders } from '../vm-folders.ts'

/** A volume with its place on this host. */
export interface VolumeFile extends SnapshotVolume {
  readonly file: string
  readonly below: readonly string[]
}

/** Size of a block that `stat` counts in, whatever the file system's own is. */
const STAT_BLOCK_BYTES = 512

const infoSchema = z.object({
  snapshots: z.array(z.object({ name: z.string(), 'vm-state-size': z.number() })).default([]),
})

/** UEFI variables exist from the first start on. */
export const hasUefiVars = (folders: VmFolders, spec: VmSpec) =>
  spec.firmware.kind === 'uefi' && existsSync(resolve(folders.machine(spec.id), uefiVarsFile))

export function volumeFiles(folders: VmFolders, spec: VmSpec, uefiVars: boolean): readonly VolumeFile[] {
  const folder = folders.machine(spec.id)
  return snapshotVolumes(spec, uefiVars).map((volume) => ({
    ...volume,
    file: resolve(folder, volume.path),
    below: volume.frozenPaths.map((path) => resolve(folder, path)),
  }))
}

/** The snapshots inside one disk, with the size of the memory in each. Also while a machine runs with it. */
export async function snapshotsInside(volume: VolumeFile): Promise<ReadonlyMap<string, number>> {
  const { stdout } = await runQemuImg(['info', '-U', '-f', 'qcow2', '--output=json', volume.file], {
    readOnly: [volume.file, ...volume.below],
  })
  const { snapshots } = infoSchema.parse(JSON.parse(stdout))
  return new Map(snapshots.map((each) => [each.name, each['vm-state-size']]))
}

/** Makes, applies or deletes a snapshot in a disk that nobody has open. */
export async function changeOffline(
  action: 'create' | 'apply' | 'delete',
  volume: VolumeFile,
  tag: string,
  signal?: AbortSignal,
): Promise<void> {
  const flags = { create: '-c', apply: '-a', delete: '-d' } as const
  await runQemuImg(
    ['snapshot', '-q', flags[action], tag, volume.file],
    { readOnly: volume.below, writable: [volume.file] },
    signal ? { signal, timeoutMs: undefined } : { timeoutMs: undefined },
  )
}

/** Deletes it where it is; a disk that has gone, or never had it, is no reason to fail. */
export async function deleteOffline(volumes: readonly VolumeFile[], tag: string): Promise<void> {
  for (const volume of volumes) {
    if (!existsSync(volume.file)) continue
    if ((await snapshotsInside(volume)).has(tag)) await changeOffline('delete', volume, tag)
  }
}

/** Sizes, times and room on the disk of what a snapshot consists of: another stamp means that something was written. */
export async function measureVolumes(volumes: readonly VolumeFile[]) {
  const found = await Promise.all(volumes.map(async ({ file }) => await stat(file).catch(() => undefined)))
  return {
    stamp: volumes.map(({ path }, index) => `${path} ${found[index]?.size} ${found[index]?.mtimeMs}`).join('\n'),
    allocatedBytes: found.reduce((sum, each) => sum + (each?.blocks ?? 0) * STAT_BLOCK_BYTES, 0),
  }
}

/** Free for this user where the volumes are: of several file systems, the fullest counts. */
export async function freeBytes(folders: VmFolders, id: string, volumes: readonly VolumeFile[]): Promise<number> {
  const places = [...new Set([folders.machine(id), ...volumes.map(({ file }) => dirname(file))])]
  const free = await Promise.all(
    places.map(
      async (place) =>
        await statfs(place).then(
          ({ bavail, bsize }) => bavail * bsize,
          () => Number.POSITIVE_INFINITY,
        ),
    ),
  )
  return Math.min(...free)
}
