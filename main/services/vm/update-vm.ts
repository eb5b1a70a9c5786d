import { link, lstat, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { syncFile } from '../../system/files/write-durable-file.ts'
import type { Disk, VmSpec } from '#contract/vm-spec'
import { RefusedError } from '../refused-error.ts'
import { checkSpec, createDisk, filesToBeMade, type NewDisks, refuseForeignNewDisks } from './change-vms.ts'
import { changeRunningVm } from './live/change-running-vm.ts'
import type { VmContext } from './vm-context.ts'

export interface UpdateOptions {
  /** Disks to make in the machine's folder, in bytes by disk id. */
  readonly newDisks?: NewDisks | undefined
  /** Opens CD drives that the guest has locked. */
  readonly force?: boolean | undefined
}

/** Gives a machine another description: one that is off takes it whole, a running one is changed on the spot. */
export async function updateVm(
  context: VmContext,
  wanted: VmSpec,
  { newDisks = {}, force = false }: UpdateOptions,
): Promise<void> {
  const { id } = wanted
  const stored = context.library.spec(id)
  for (const fixed of ['uuid', 'version', 'createdAt'] as const)
    if (stored[fixed] !== wanted[fixed])
      throw new RefusedError({ code: 'invalid', title: `${fixed} of a machine cannot be changed` })
  mustKeepLayers(stored, wanted)
  refuseForeignNewDisks(wanted, newDisks)
  const session = context.sessions.get(id)
  if (!session) await checkSpec(context, wanted, filesToBeMade(wanted, newDisks))
  const made: MadeDisk[] = []
  try {
    for (const disk of wanted.disks) {
      const sizeBytes = newDisks[disk.id]
      if (sizeBytes !== undefined) made.push(await makeNewDisk(context, wanted.id, disk, sizeBytes))
    }
    if (session) await changeRunningVm(context, session, wanted, { force })
    else await context.library.save(wanted)
  } catch (error) {
    const kept = new Set(context.library.spec(id).disks.map((disk) => disk.id))
    for (const { disk, file } of made) if (!kept.has(disk.id)) await rm(file, { force: true })
    throw error
  }
}

/** What a disk lies upon is made with the disk and never edited. */
function mustKeepLayers(stored: VmSpec, wanted: VmSpec): void {
  for (const [index, disk] of wanted.disks.entries()) {
    const before = stored.disks.find(({ path }) => path === disk.path)?.backing
    if (JSON.stringify(before) === JSON.stringify(disk.backing)) continue
    const message = 'what a disk lies upon cannot be changed'
    throw new RefusedError({
      code: 'invalid',
      title: `${wanted.name} cannot be like this`,
      evidence: `${disk.path}: ${message}`,
      problems: [{ field: `disks[${index}].backing`, code: 'backing-fixed', severity: 'error', message }],
    })
  }
}

interface MadeDisk {
  readonly disk: Disk
  readonly file: string
}

/** Makes a new disk whole beside its name and only then gives it the name, which nobody may have taken. */
async function makeNewDisk(context: VmContext, id: string, disk: Disk, sizeBytes: number): Promise<MadeDisk> {
  const file = join(context.folders.machine(id), disk.path)
  if (await lstat(file).catch(() => undefined))
    throw new RefusedError({
      code: 'conflict',
      title: `There is a file ${disk.path} already`,
      cure: { text: 'Give the new disk another file name, or add the file as an existing disk.' },
    })
  const partial = `${file}.partial`
  try {
    await createDisk(disk, partial, sizeBytes)
    await syncFile(partial)
    await link(partial, file)
    return { disk, file }
  } finally {
    await rm(partial, { force: true })
  }
}
