import { readdir } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'

import { isFrozenDisk } from '../domain/vm/frozen-disks.ts'
import type { ExportedMachine } from '../services/disk/disk-context.ts'
import type { DiskService } from '../services/disk/disk-service.ts'
import type { Stillness } from '../services/disk/refuse-in-use.ts'
import type { JobService } from '../services/jobs/job-service.ts'
import { RefusedError } from '../services/refused-error.ts'
import type { VmService } from '../services/vm/vm-service.ts'
import type { UserDirs } from '../system/user-dirs.ts'

function machineToExport(vms: VmService, id: string): ExportedMachine {
  const { entry, spec, folder } = vms.show(id)
  if (!spec) throw new RefusedError({ code: 'invalid', title: `${entry.name} is damaged and cannot be exported` })
  if (!['stopped', 'suspended'].includes(entry.state.kind))
    throw new RefusedError({
      code: 'in-use',
      title: `${entry.name} is running`,
      cause: 'A copy of a disk that is written to meanwhile is not one state of it.',
      cure: { text: 'Shut it down first.', command: `petri stop ${id}` },
    })
  return {
    spec,
    diskPaths: spec.disks.map((disk) => resolve(folder, disk.path)),
    isSuspended: entry.state.kind === 'suspended',
  }
}

/** Machines of the library that have the file as a disk. */
function machinesOf({ context }: VmService, path: string): readonly { readonly id: string; readonly name: string }[] {
  return [...context.library.items.values()].flatMap((item) =>
    item.kind === 'machine' &&
    item.spec.disks.some((disk) => resolve(context.folders.machine(item.spec.id), disk.path) === path)
      ? [{ id: item.spec.id, name: item.spec.name }]
      : [],
  )
}

function mustStandStill(vms: VmService, path: string): Stillness | undefined {
  const machines = machinesOf(vms, path)
  const suspended = machines.find(({ id }) => vms.stateOf(id).kind === 'suspended')
  if (suspended) return { kind: 'suspended', machine: suspended.name }
  if (machines.length > 0) return undefined
  const { folders, library } = vms.context
  const id = isFrozenDisk(basename(path)) ? basename(dirname(path)) : undefined
  if (id === undefined || folders.machine(id) !== dirname(path)) return undefined
  const owner = library.items.get(id)
  return { kind: 'frozen', machine: owner?.kind === 'machine' ? owner.spec.name : id }
}

export interface LateDisks {
  readonly disks: () => Promise<DiskService>
  /** Resolves when nothing half-made of an earlier run is left. */
  readonly cleaned: Promise<void>
}

/**
 * The disk workbench, loaded when it is first asked for. What an interrupted conversion left is removed without being
 * asked: then it is loaded at once.
 */
export function lateDisks(
  dirs: UserDirs,
  starterFolder: string | undefined,
  vms: VmService,
  jobs: JobService,
): LateDisks {
  const journal = join(dirs.data, 'disk-work')
  let service: Promise<DiskService> | undefined
  const load = async () => {
    const { createDiskService } = await import('../services/disk/disk-service.ts')
    return createDiskService(
      {
        journal,
        starterFolder,
        importFolder: join(dirs.data, 'disk-import'),
        makeMachine: (draft, files) => vms.create(draft, {}, files),
        machineToExport: (id) => machineToExport(vms, id),
        filesInUse: () => vms.context.filesInUse(''),
        mustStandStill: (path) => mustStandStill(vms, path),
        machinesOf: (path) => machinesOf(vms, path),
      },
      jobs,
    )
  }
  const disks = () => (service ??= load())
  const cleaned = readdir(journal).then(
    async (entries) => void (entries.length > 0 && (await (await disks()).cleaned)),
    () => {}, // there has never been a conversion
  )
  return { disks, cleaned }
}
