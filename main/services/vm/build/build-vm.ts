import { link, mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import type { DiskImport } from '#contract/vm-build'
import type { VmDraft, VmSpec } from '#contract/vm-spec'
import { syncFile } from '../../../system/files/write-durable-file.ts'
import type { JobWork } from '../../jobs/job-control.ts'
import { RefusedError } from '../../refused-error.ts'
import { checkSpec, createDisk, filesToBeMade, type NewDisks, newSpec, refuseForeignNewDisks } from '../change-vms.ts'
import { convertDisk, copyWhole } from '../clone/disk-copies.ts'
import type { VmContext } from '../vm-context.ts'
import { importedFiles } from './imported-files.ts'

/** What a machine is made of when that takes time. */
export interface BuildWish {
  readonly draft: VmDraft
  readonly newDisks: NewDisks
  /** By disk id. */
  readonly imports: Readonly<Record<string, DiskImport>>
  /** Files of the machine's folder that somebody else writes there, by name. */
  readonly made: readonly string[]
  readonly make: (folder: string, spec: VmSpec, signal: AbortSignal) => Promise<void>
}

/** Checks a wish before there is a job: refuses with every problem, and where a disk is in use. Returns the new spec. */
export async function prepareBuild(context: VmContext, wish: BuildWish): Promise<VmSpec> {
  const spec = newSpec(context, wish.draft)
  refuseForeignNewDisks(spec, { ...wish.newDisks, ...wish.imports })
  const imported = await importedFiles(context, spec, wish.imports)
  for (const [path, facts] of imported)
    if (facts.kind === 'file' && facts.heldBy !== undefined)
      throw new RefusedError({
        code: 'in-use',
        title: `${spec.disks.find((disk) => disk.path === path)?.id ?? path} cannot be copied now`,
        evidence: `the image is in use by ${facts.heldBy}`,
        cure: { text: 'Stop that first: a disk that is written while it is copied is not one.' },
      })
  await checkSpec(context, spec, new Map([...filesToBeMade(spec, wish.newDisks, wish.made), ...imported]))
  return spec
}

/**
 * Makes the machine whole or not at all. An original that is moved gets a second name in the new folder where that is
 * possible, is copied where not, and is removed only when the machine is there: whatever fails, nothing is lost.
 */
export async function buildVm(
  context: VmContext,
  spec: VmSpec,
  wish: BuildWish,
  work: JobWork,
): Promise<{ readonly notRemoved: readonly string[] }> {
  await context.library.add(spec, async (folder) => {
    for (const disk of spec.disks) {
      const wanted = wish.imports[disk.id]
      const sizeBytes = wish.newDisks[disk.id]
      if (wanted) await bringIn(wanted, join(folder, disk.path), work)
      else if (sizeBytes !== undefined) await createDisk(disk, join(folder, disk.path), sizeBytes)
    }
    work.signal.throwIfAborted()
    await wish.make(folder, spec, work.signal)
  })
  const notRemoved: string[] = []
  for (const { from, mode } of Object.values(wish.imports))
    if (mode === 'move')
      await rm(from).then(
        async () => await syncFile(dirname(from)),
        (error: unknown) => {
          work.log(`${from} was copied and could not be removed: ${String(error)}`)
          notRemoved.push(from)
        },
      )
  return { notRemoved }
}

async function bringIn({ from, mode, convertFrom }: DiskImport, target: string, work: JobWork): Promise<void> {
  if (convertFrom !== undefined) return await convertDisk({ file: from, format: convertFrom, below: [] }, target, work)
  await mkdir(dirname(target), { recursive: true, mode: 0o700 })
  if (mode === 'move') {
    const linked = await link(from, target).then(
      () => true,
      () => false, // another file system, or a file of another user's
    )
    if (linked) return
  }
  await copyWhole(from, target, work)
}
