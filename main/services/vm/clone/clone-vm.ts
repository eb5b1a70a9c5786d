import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, mkdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'

import { clonedDisk, clonedPath, cloneSteps, type DiskStep } from '../../../domain/vm/clone-plan.ts'
import { duplicateSpec } from '../../../domain/vm/duplicate-spec.ts'
import { backingName, frozenPath } from '../../../domain/vm/frozen-disks.ts'
import { makeVmId } from '../../../domain/vm/make-vm-id.ts'
import { tpmStateFolder, uefiVarsFile } from '../../../domain/vm/sandbox-paths.ts'
import type { VmSpec } from '#contract/vm-spec'
import { RefusedError } from '../../refused-error.ts'
import { type SnapshotRecord, tpmCopy } from '../snapshot/snapshot-files.ts'
import { deleteOffline, freeBytes, snapshotsInside } from '../snapshot/volume-files.ts'
import type { VmContext } from '../vm-context.ts'
import { type Bases, freezeDisks } from './freeze-disks.ts'
import {
  allocatedBytes,
  convertDisk,
  copyWhole,
  type DiskSource,
  linkOrCopy,
  makeLayer,
  proveEqual,
  type Work,
} from './disk-copies.ts'

/** Names end at 120 characters; what is added to a copy's name needs some of them. */
const MAX_COPIED_NAME = 105
const STAT_BLOCK_BYTES = 512
/** Left free on the disk by a clone, in bytes. */
const MARGIN_BYTES = 32 * 1024 * 1024

export interface CloneWish {
  readonly kind: 'full' | 'linked'
  readonly name: string
  /** Of this state; undefined: of the present one. */
  readonly record: SnapshotRecord | undefined
}

/**
 * Makes another machine of a stopped one, or of one of its snapshots. It appears whole at the end or not at all; a copy
 * of a present state is compared with it before. The clone is another machine: its identity and addresses are new.
 */
export async function cloneVm(context: VmContext, id: string, wish: CloneWish, work: Work): Promise<VmSpec> {
  const { folders, library } = context
  const present = library.spec(id)
  const { record } = wish
  const source = record ? { ...record.spec, id: present.id } : present
  const steps = cloneSteps(source, wish.kind, record !== undefined)
  const identity = {
    id: makeVmId(wish.name, new Set(library.items.keys())),
    uuid: randomUUID(),
    name: wish.name,
    createdAt: context.now().toISOString(),
  }
  const bases: Bases =
    wish.kind === 'linked' ? await freezeDisks(context, source, record?.snapshot.id, work) : new Map()
  const disks = steps.map((step) => {
    const chain = bases.get(step.disk.id)
    return clonedDisk(step, chain && [...chain])
  })
  const spec: VmSpec = { ...duplicateSpec(source, identity), disks }
  await library.add(spec, async (folder) => {
    for (const step of steps) await cloneDisk({ context, source, record, bases, folder, work }, step)
    await cloneRest({ context, source, record, folder, work })
  })
  work.log(`The clone's folder is ${folders.machine(spec.id)}`)
  return spec
}

/** Refuses a full clone that has no room. */
export async function checkRoom(context: VmContext, spec: VmSpec, record: SnapshotRecord | undefined): Promise<void> {
  const folder = context.folders.machine(spec.id)
  const files = cloneSteps(record?.spec ?? spec, 'full', record !== undefined)
    .filter(({ kind }) => kind === 'copy' || kind === 'convert')
    .map(({ disk }) => resolve(folder, disk.path))
  const blocks = await Promise.all(files.map(allocatedBytes))
  const needed = MARGIN_BYTES + blocks.reduce((sum, each) => sum + each, 0) * STAT_BLOCK_BYTES
  const free = await freeBytes(context.folders, spec.id, [])
  if (free >= needed) return
  const [need, have] = [needed, free].map((bytes) => `${Math.ceil(bytes / 1024 / 1024)} MiB`)
  throw new RefusedError({
    code: 'no-space',
    title: `There is no room for a full clone of ${spec.name}`,
    evidence: `it needs up to ${need}, and ${have} are free`,
    cure: {
      text: 'Free some space, or make a linked clone, which takes next to none.',
      command: `petri clone ${spec.id} --linked`,
    },
  })
}

interface Cloning {
  readonly context: VmContext
  readonly source: VmSpec
  readonly record: SnapshotRecord | undefined
  readonly folder: string
  readonly work: Work
}

async function cloneDisk(cloning: Cloning & { readonly bases: Bases }, step: DiskStep): Promise<void> {
  const { context, source, record, bases, folder, work } = cloning
  const { disk } = step
  const from = sourceOf(cloning, disk)
  switch (step.kind) {
    case 'share':
      return
    case 'link-file':
      return await linkOrCopy(from.file, join(folder, clonedPath(disk)))
    case 'copy': {
      const target = join(folder, clonedPath(disk))
      await copyWhole(from.file, target, work)
      await proveEqual(from, target, disk.format, work)
      // States inside belong to the source's tree; the clone begins one of its own.
      if (disk.format === 'qcow2') await deleteAllInside(target)
      return
    }
    case 'convert': {
      const target = join(folder, clonedPath({ ...disk, format: 'qcow2' }))
      await convertDisk(from, target, work)
      // A program that compares can read the present state alone.
      if (record === undefined) await proveEqual(from, target, 'qcow2', work)
      return
    }
    case 'layer': {
      const chain = bases.get(disk.id) ?? []
      const path = clonedPath({ ...disk, format: 'qcow2' })
      const below = chain.map((frozen) => resolve(context.folders.machine(source.id), frozenPath(frozen)))
      await makeLayer({ target: join(folder, path), backingName: backingName(path, chain[0] ?? '') }, below)
    }
  }
}

/** Firmware variables, TPM, kernel and discs. */
async function cloneRest({ context, source, record, folder, work }: Cloning): Promise<void> {
  const { folders } = context
  const from = folders.machine(source.id)
  const vars = join(from, uefiVarsFile)
  if (existsSync(vars) && (record?.hasUefiVars ?? true)) {
    const tag = record?.snapshot.id
    await convertDisk({ file: vars, format: 'qcow2', below: [], tag }, join(folder, uefiVarsFile), work)
  }
  const tpm = record ? tpmCopy(folders, source.id, record.snapshot.id) : join(from, tpmStateFolder)
  if (source.tpm && existsSync(tpm)) await cp(tpm, join(folder, tpmStateFolder), { recursive: true })
  const others = [
    ...source.cdroms.flatMap(({ path }) => path ?? []),
    ...(source.kernel ? [source.kernel.kernelPath, source.kernel.initrdPath ?? ''] : []),
  ].filter((path) => path !== '' && !path.startsWith('/'))
  for (const path of new Set(others)) {
    await mkdir(dirname(join(folder, path)), { recursive: true, mode: 0o700 })
    await linkOrCopy(join(from, path), join(folder, path))
  }
}

function sourceOf({ context, source, record }: Cloning, disk: VmSpec['disks'][number]): DiskSource {
  const folder = context.folders.machine(source.id)
  return {
    file: resolve(folder, disk.path),
    format: disk.format,
    below: (disk.backing ?? []).map((frozen) => resolve(folder, frozenPath(frozen))),
    tag: disk.readOnly ? undefined : record?.snapshot.id,
  }
}

async function deleteAllInside(file: string): Promise<void> {
  const volume = { node: '', path: file, frozenPaths: [], file, below: [] }
  for (const tag of (await snapshotsInside(volume)).keys()) await deleteOffline([volume], tag)
}

/** The first of “NAME copy”, “NAME copy 2”, … that no machine has. */
export function freeCopyName(context: VmContext, name: string): string {
  const names = new Set(
    [...context.library.items.values()].map((item) => (item.kind === 'machine' ? item.spec.name : '')),
  )
  const base = name.slice(0, MAX_COPIED_NAME).trim()
  for (let count = 1; ; count++) {
    const candidate = count === 1 ? `${base} copy` : `${base} copy ${count}`
    if (!names.has(candidate)) return candidate
  }
}
