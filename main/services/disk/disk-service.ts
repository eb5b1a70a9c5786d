import { stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'

import type { ConvertPlan, ConvertWish, DiskInfo } from '#contract/disk'
import type { JobWork } from '../jobs/job-control.ts'
import type { JobOutcome, JobService } from '../jobs/job-service.ts'
import { createDiskBrowser } from './browse-disk.ts'
import { checkDisk } from './check-disk.ts'
import { checkConvert, convertDisk, planConvert } from './convert-disk.ts'
import type { DiskContext } from './disk-context.ts'
import { exportAppliance } from './export-appliance.ts'
import { importAppliance } from './import-appliance.ts'
import { inspectDisk } from './inspect-disk.ts'
import { commitDisk, rebaseDisk } from './layer-disk.ts'
import { listDisks } from './list-disks.ts'
import { checkMake, makeDisk } from './make-disk.ts'
import { mapDisk } from './map-disk.ts'
import { checksumDisk, compareDisks, splitDisk } from './prove-disk.ts'
import { resizeDisk } from './resize-disk.ts'
import { compactDisk, flattenDisk } from './rewrite-disk.ts'
import { cleanWorkFolders, refuseExisting } from './work-folder.ts'

/** What a job is called, the file that it is about, and the file whose host disk it works on, where that is another. */
interface JobWords {
  readonly title: string
  readonly path: string
  readonly place?: string
}

/** Every use case of disk files. What takes long is a job and answers with its id; refusals are RefusedError. */
export type DiskService = ReturnType<typeof createDiskService>

export function createDiskService(context: DiskContext, jobs: JobService) {
  // In the background: a crash's remains take space, and nothing waits for their removal.
  const cleaned = cleanWorkFolders(context.journal)
  const browser = createDiskBrowser()

  /**
   * A call that begins a job: `check` refuses at once what can be refused at once. Jobs on one host disk run one after
   * the other: two at once make each other slow.
   */
  const job =
    <W>(
      call: string,
      run: (wish: W, context: DiskContext, work: JobWork) => Promise<JobOutcome>,
      words: (wish: W) => JobWords,
      check: (wish: W) => Promise<void> = async () => {},
    ) =>
    async (wish: W): Promise<{ jobId: string }> => {
      await check(wish)
      const { path, place = path, title } = words(wish)
      await cleaned
      const { id } = jobs.start({
        kind: `disk.${call}`,
        title,
        subject: { kind: 'disk', id: path },
        params: wish,
        queue: `disk-${await deviceOf(place)}`,
        canPause: true,
        run: (work) => run(wish, context, work),
      })
      return { jobId: id }
    }

  return {
    /** Resolves when the remains of an earlier run are removed. */
    cleaned,
    info: (path: string, signal: AbortSignal): Promise<DiskInfo> => inspectDisk(path, context, signal),
    list: listDisks,
    map: mapDisk,
    plan: (wish: ConvertWish, signal: AbortSignal): Promise<ConvertPlan> => planConvert(wish, context, signal),
    convert: job(
      'convert',
      convertDisk,
      ({ source, target }) => ({ title: `Convert ${basename(source)} to ${basename(target)}`, path: target }),
      checkConvert,
    ),
    create: job('create', makeDisk, ({ path }) => ({ title: `Make ${basename(path)}`, path }), checkMake),
    check: job('check', checkDisk, ({ path, repair }) => ({
      title: `${repair === 'none' ? 'Check' : 'Repair'} ${basename(path)}`,
      path,
    })),
    resize: job('resize', resizeDisk, ({ path }) => ({ title: `Resize ${basename(path)}`, path })),
    compact: job('compact', compactDisk, ({ path }) => ({ title: `Compact ${basename(path)}`, path })),
    compare: job('compare', compareDisks, ({ a, b }) => ({
      title: `Compare ${basename(a)} with ${basename(b)}`,
      path: a,
    })),
    checksum: job(
      'checksum',
      ({ path }: { readonly path: string }, _, work) => checksumDisk(path, work),
      ({ path }) => ({ title: `Digest of ${basename(path)}`, path }),
    ),
    rebase: job('rebase', rebaseDisk, ({ path }) => ({ title: `Rebase ${basename(path)}`, path })),
    commit: job('commit', commitDisk, ({ path }) => ({ title: `Commit ${basename(path)}`, path })),
    flatten: job('flatten', flattenDisk, ({ path, target }) => ({ title: `Flatten ${basename(path)}`, path: target })),
    split: job('split', splitDisk, ({ folder, path }) => ({
      title: `Split ${basename(path)}`,
      path,
      place: `${folder}/-`,
    })),
    importMachine: job('import', importAppliance, ({ path }) => ({
      title: `Import ${basename(path)}`,
      path,
      place: context.journal,
    })),
    exportMachine: job(
      'export',
      exportAppliance,
      ({ id, target }) => ({
        title: `Export ${context.machineToExport(id).spec.name} to ${basename(target)}`,
        path: target,
      }),
      ({ target }) => refuseExisting(target),
    ),
    folder: browser.folder,
    files: job('files', browser.list, ({ path }) => ({ title: `List the files in ${basename(path)}`, path })),
    copyOut: job(
      'copyOut',
      browser.copyOut,
      ({ path, target }) => ({ title: `Copy files out of ${basename(path)}`, path, place: target }),
      ({ target }) => refuseExisting(target),
    ),
  }
}

async function deviceOf(path: string): Promise<number> {
  return await stat(dirname(path)).then(
    ({ dev }) => dev,
    () => 0,
  )
}
