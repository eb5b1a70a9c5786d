import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { link, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'

import { backingName, frozenName, frozenPath } from '../../../domain/vm/frozen-disks.ts'
import { type Disk, MAX_FROZEN_DISKS, type VmSpec } from '#contract/vm-spec'
import { syncFile } from '../../../system/files/write-durable-file.ts'
import { RefusedError } from '../../refused-error.ts'
import { snapshotsInside } from '../snapshot/volume-files.ts'
import { beginChange, endChange, type UnfinishedChange } from '../unfinished-change.ts'
import type { VmContext } from '../vm-context.ts'
import { convertDisk, isEmptyLayer, makeLayer, type Work } from './disk-copies.ts'

/** The frozen disks that a layer upon a disk gets, the nearest first, by the disk's id. */
export type Bases = ReadonlyMap<string, readonly string[]>

/**
 * Makes the writable disks of a machine fit to lie below those of linked clones. A qcow2 of its own without snapshots
 * is frozen where it is, and the machine goes on in a new empty layer upon it; one that is such an empty layer already
 * gives what it lies upon. Every other disk, and every earlier state, is read into a frozen disk of its own.
 */
export async function freezeDisks(
  context: VmContext,
  spec: VmSpec,
  tag: string | undefined,
  work: Work,
): Promise<Bases> {
  const { folders } = context
  const folder = folders.machine(spec.id)
  const bases = new Map<string, readonly string[]>()
  const inPlace: { disk: Disk; frozen: string }[] = []
  for (const disk of spec.disks.filter(({ readOnly }) => !readOnly)) {
    const file = resolve(folder, disk.path)
    const below = (disk.backing ?? []).map((frozen) => resolve(folder, frozenPath(frozen)))
    if (tag !== undefined) bases.set(disk.id, [await frozenState(context, spec, disk, tag, work)])
    else if (disk.backing && (await isEmptyLayer({ file, below }))) bases.set(disk.id, disk.backing)
    else if (await canFreezeInPlace(context, spec, disk)) {
      const frozen = `${spec.id}/${frozenName(disk.id, randomBytes(4).toString('hex'))}`
      inPlace.push({ disk, frozen })
      bases.set(disk.id, [frozen, ...(disk.backing ?? [])])
    } else bases.set(disk.id, [await frozenCopy(context, spec, disk, work)])
  }
  for (const [diskId, chain] of bases) if (chain.length > MAX_FROZEN_DISKS) throw tooDeep(spec, diskId)
  if (inPlace.length > 0) await freezeInPlace(context, spec, inPlace)
  return bases
}

/** After a crash: the layers that were put upon the disks are empty, so the disks take their old places again. */
export async function settleFreeze(
  context: VmContext,
  id: string,
  change: Extract<UnfinishedChange, { kind: 'freeze' }>,
): Promise<void> {
  const spec = context.library.spec(id)
  const folder = context.folders.machine(id)
  const isSaved = change.disks.every(({ path, frozen }) =>
    spec.disks.some((disk) => disk.path === path && disk.backing?.[0] === frozen),
  )
  if (!isSaved)
    for (const { path, frozen } of change.disks) {
      const base = resolve(folder, frozenPath(frozen))
      if (!existsSync(base)) continue
      await rename(base, resolve(folder, path))
      // Both names of one file: then the rename has done nothing.
      await rm(base, { force: true })
    }
  await rm(join(folder, LAYER_FILE), { force: true })
  await endChange(context.folders, id)
}

/** A new layer before it gets its name; what a crash leaves of it is removed with the other partial files. */
const LAYER_FILE = 'layer.qcow2.partial'

async function freezeInPlace(
  context: VmContext,
  spec: VmSpec,
  disks: readonly { readonly disk: Disk; readonly frozen: string }[],
): Promise<void> {
  const { folders, library, reach } = context
  const folder = folders.machine(spec.id)
  const change: UnfinishedChange = {
    kind: 'freeze',
    disks: disks.map(({ disk, frozen }) => ({ path: disk.path, frozen })),
  }
  await beginChange(folders, spec.id, change)
  reach('freeze.begun')
  try {
    for (const { disk, frozen } of disks) {
      const [file, base, layer] = [resolve(folder, disk.path), join(folder, '..', frozen), join(folder, LAYER_FILE)]
      const below = (disk.backing ?? []).map((each) => resolve(folder, frozenPath(each)))
      await link(file, base)
      reach('freeze.linked')
      await rm(layer, { force: true })
      await makeLayer({ target: layer, backingName: backingName('layer', frozen) }, [base, ...below])
      await rename(layer, file)
      await syncFile(folder)
      reach('freeze.replaced')
    }
    const frozenOf = new Map(disks.map(({ disk, frozen }) => [disk.id, frozen]))
    const changed = spec.disks.map((disk) => {
      const frozen = frozenOf.get(disk.id)
      return frozen === undefined ? disk : { ...disk, backing: [frozen, ...(disk.backing ?? [])] }
    })
    await library.save({ ...library.spec(spec.id), disks: changed })
    reach('freeze.saved')
  } catch (error) {
    await settleFreeze(context, spec.id, change)
    throw error
  }
  await endChange(folders, spec.id)
  context.changed(spec.id)
}

/** Only a file of the machine's own, and only one without states inside: a layer above would hide those. */
async function canFreezeInPlace({ folders }: VmContext, spec: VmSpec, disk: Disk): Promise<boolean> {
  if (disk.format !== 'qcow2' || disk.path.startsWith('/') || disk.path.includes('/')) return false
  const folder = folders.machine(spec.id)
  const below = (disk.backing ?? []).map((frozen) => resolve(folder, frozenPath(frozen)))
  return (
    (await snapshotsInside({ node: '', path: disk.path, frozenPaths: [], file: join(folder, disk.path), below }))
      .size === 0
  )
}

/** A state inside a disk as a frozen disk; made once and shared by every clone of that state. */
async function frozenState(context: VmContext, spec: VmSpec, disk: Disk, tag: string, work: Work): Promise<string> {
  const frozen = `${spec.id}/${frozenName(disk.id, tag)}`
  if (!existsSync(join(context.folders.machines, frozen))) await readInto(context, spec, disk, tag, frozen, work)
  return frozen
}

async function frozenCopy(context: VmContext, spec: VmSpec, disk: Disk, work: Work): Promise<string> {
  const frozen = `${spec.id}/${frozenName(disk.id, randomBytes(4).toString('hex'))}`
  await readInto(context, spec, disk, undefined, frozen, work)
  return frozen
}

async function readInto(
  { folders }: VmContext,
  spec: VmSpec,
  disk: Disk,
  tag: string | undefined,
  frozen: string,
  work: Work,
): Promise<void> {
  const folder = folders.machine(spec.id)
  const target = join(folders.machines, frozen)
  const partial = `${target}.partial`
  const below = (disk.backing ?? []).map((each) => resolve(folder, frozenPath(each)))
  try {
    await convertDisk({ file: resolve(folder, disk.path), format: disk.format, below, tag }, partial, work)
    await rename(partial, target)
    await syncFile(folder)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}

const tooDeep = (spec: VmSpec, diskId: string) =>
  new RefusedError({
    code: 'conflict',
    title: `The disk ${diskId} of ${spec.name} lies upon too many others`,
    evidence: `${MAX_FROZEN_DISKS} frozen disks are the most that one disk may lie upon`,
    cure: { text: 'Make a full clone; it needs no other machine.', command: `petri clone ${spec.id}` },
  })
