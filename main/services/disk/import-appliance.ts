import { mkdir, realpath } from 'node:fs/promises'
import { basename, join } from 'node:path'

import { nameSchema } from '#contract/vm-spec'
import { draftFromOvf } from '../../domain/disk/draft-from-ovf.ts'
import type { JobWork } from '../jobs/job-control.ts'
import type { JobOutcome } from '../jobs/job-service.ts'
import { convertDisk } from './convert-disk.ts'
import type { DiskContext } from './disk-context.ts'
import { openWorkFolder } from './work-folder.ts'
import { readAppliance } from './read-appliance.ts'

/** Makes a machine of an OVA or OVF: taken apart, verified, its disks converted and proved, then made in one step. */
export async function importAppliance(
  wish: { readonly path: string; readonly name?: string | undefined },
  context: DiskContext,
  work: JobWork,
): Promise<JobOutcome> {
  const path = await realpath(wish.path)
  await mkdir(context.importFolder, { recursive: true, mode: 0o700 })
  await using folder = await openWorkFolder(join(context.importFolder, 'appliance'), context.journal)
  const { machine, files, manifest } = await readAppliance(path, folder.path, work)
  work.log(
    manifest === 'verified'
      ? 'The manifest is right for every file.'
      : 'It has no manifest: nothing proves that it is whole.',
  )
  const name = wish.name ?? nameOf(machine.name) ?? nameOf(basename(path)) ?? 'Imported machine'
  const { draft, dropped } = draftFromOvf(machine, name)
  const made: Record<string, string> = {}
  for (const [index, disk] of machine.disks.entries()) {
    const target = join(folder.path, `disk${index}.qcow2`)
    const source = files.get(disk.href) ?? ''
    const conversion = {
      source,
      target,
      format: 'qcow2',
      options: {},
      verify: true,
      backing: [],
      confirmDevice: false,
    } as const
    await convertDisk({ ...conversion, backing: [] }, context, work)
    made[`disk${index}.qcow2`] = target
  }
  work.progress({ phase: 'Making the machine' })
  const id = await context.makeMachine(draft, made)
  for (const word of dropped) work.log(`Not taken over: ${word}`)
  return {
    summary: `Made the machine “${name}”${dropped.length === 0 ? '' : `; not taken over: ${dropped.join(', ').slice(0, 400)}`}.`,
    result: { id, name, dropped: [...dropped], manifest },
  }
}

function nameOf(text: string): string | undefined {
  const parsed = nameSchema.safeParse(
    text
      .replace(/\.(?:ova|ovf)$/i, '')
      .slice(0, 120)
      .trim(),
  )
  return parsed.success ? parsed.data : undefined
}
