import { stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'

import type { ConvertPlan, ConvertWish, DiskInfo, DiskMap } from '#contract/disk'
import type { JobWork } from '../jobs/job-control.ts'
import type { JobOutcome, JobService } from '../jobs/job-service.ts'
import { createDiskBrowser, type InnerPlace } from './browse-disk.ts'
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

type First<F> = F extends (first: infer P, ...rest: never[]) => unknown ? P : never

/** Every use case of disk files. What takes long is a job and answers with its id; refusals are RefusedError. */
export type DiskService = ReturnType<typeof createDiskService>

export function createDiskService(context: DiskContext, jobs: JobService) {
  // In the background: a crash's remains take space, and nothing waits for their removal.
  const cleaned = cleanWorkFolders(context.journal)

  /** Jobs on one host disk run one after the other: two at once make each other slow. */
  const begin = async (request: {
    readonly call: string
    readonly title: string
    readonly path: string
    readonly params: unknown
    readonly place: string
    readonly run: (work: JobWork) => Promise<JobOutcome>
  }): Promise<{ jobId: string }> => {
    await cleaned
    const { id } = jobs.start({
      kind: `disk.${request.call}`,
      title: request.title,
      subject: { kind: 'disk', id: request.path },
      params: request.params,
      queue: `disk-${await deviceOf(request.place)}`,
      canPause: true,
      run: request.run,
    })
    return { jobId: id }
  }

  const browser = createDiskBrowser(context)

  return {
    /** Resolves when the remains of an earlier run are removed. */
    cleaned,
    info: (path: string, signal: AbortSignal): Promise<DiskInfo> => inspectDisk(path, context, signal),
    list: listDisks,
    map: (wish: First<typeof mapDisk>, signal: AbortSignal): Promise<DiskMap> => mapDisk(wish, signal),
    plan: (wish: ConvertWish, signal: AbortSignal): Promise<ConvertPlan> => planConvert(wish, context, signal),
    async convert(wish: ConvertWish) {
      await checkConvert(wish)
      return await begin({
        call: 'convert',
        title: `Convert ${basename(wish.source)} to ${basename(wish.target)}`,
        path: wish.target,
        params: wish,
        place: wish.target,
        run: (work) => convertDisk(wish, context, work),
      })
    },
    async create(wish: First<typeof makeDisk>) {
      await checkMake(wish)
      return await begin({
        call: 'create',
        title: `Make ${basename(wish.path)}`,
        path: wish.path,
        params: wish,
        place: wish.path,
        run: (work) => makeDisk(wish, context, work),
      })
    },
    /** Work on one disk file where it lies. */
    check: (wish: First<typeof checkDisk>) =>
      begin({
        call: 'check',
        title: `${wish.repair === 'none' ? 'Check' : 'Repair'} ${basename(wish.path)}`,
        path: wish.path,
        params: wish,
        place: wish.path,
        run: (work) => checkDisk(wish, context, work),
      }),
    resize: (wish: First<typeof resizeDisk>) =>
      begin({
        call: 'resize',
        title: `Resize ${basename(wish.path)}`,
        path: wish.path,
        params: wish,
        place: wish.path,
        run: (work) => resizeDisk(wish, context, work),
      }),
    compact: (wish: First<typeof compactDisk>) =>
      begin({
        call: 'compact',
        title: `Compact ${basename(wish.path)}`,
        path: wish.path,
        params: wish,
        place: wish.path,
        run: (work) => compactDisk(wish, context, work),
      }),
    compare: (wish: First<typeof compareDisks>) =>
      begin({
        call: 'compare',
        title: `Compare ${basename(wish.a)} with ${basename(wish.b)}`,
        path: wish.a,
        params: wish,
        place: wish.a,
        run: (work) => compareDisks(wish, context, work),
      }),
    checksum: (path: string) =>
      begin({
        call: 'checksum',
        title: `Digest of ${basename(path)}`,
        path,
        params: { path },
        place: path,
        run: (work) => checksumDisk(path, work),
      }),
    rebase: (wish: First<typeof rebaseDisk>) =>
      begin({
        call: 'rebase',
        title: `Rebase ${basename(wish.path)}`,
        path: wish.path,
        params: wish,
        place: wish.path,
        run: (work) => rebaseDisk(wish, context, work),
      }),
    commit: (wish: First<typeof commitDisk>) =>
      begin({
        call: 'commit',
        title: `Commit ${basename(wish.path)}`,
        path: wish.path,
        params: wish,
        place: wish.path,
        run: (work) => commitDisk(wish, context, work),
      }),
    flatten: (wish: First<typeof flattenDisk>) =>
      begin({
        call: 'flatten',
        title: `Flatten ${basename(wish.path)}`,
        path: wish.target,
        params: wish,
        place: wish.target,
        run: (work) => flattenDisk(wish, context, work),
      }),
    importMachine: (wish: First<typeof importAppliance>) =>
      begin({
        call: 'import',
        title: `Import ${basename(wish.path)}`,
        path: wish.path,
        params: wish,
        place: context.journal,
        run: (work) => importAppliance(wish, context, work),
      }),
    async exportMachine({ id, target }: { readonly id: string; readonly target: string }) {
      await refuseExisting(target)
      const { spec } = context.machineToExport(id)
      return await begin({
        call: 'export',
        title: `Export ${spec.name} to ${basename(target)}`,
        path: target,
        params: { id, target },
        place: target,
        run: (work) => exportAppliance(target, context.machineToExport(id), context, work),
      })
    },
    folder: browser.folder,
    files: (place: InnerPlace) =>
      begin({
        call: 'files',
        title: `List the files in ${basename(place.path)}`,
        path: place.path,
        params: place,
        place: place.path,
        run: (work) => browser.list(place, work),
      }),
    async copyOut(wish: First<typeof browser.copyOut>) {
      await browser.check(wish.target)
      return await begin({
        call: 'copyOut',
        title: `Copy files out of ${basename(wish.path)}`,
        path: wish.path,
        params: wish,
        place: wish.target,
        run: (work) => browser.copyOut(wish, work),
      })
    },
    split: (wish: First<typeof splitDisk>) =>
      begin({
        call: 'split',
        title: `Split ${basename(wish.path)}`,
        path: wish.path,
        params: wish,
        place: `${wish.folder}/-`,
        run: (work) => splitDisk(wish, context, work),
      }),
  }
}

async function deviceOf(path: string): Promise<number> {
  return await stat(dirname(path)).then(
    ({ dev }) => dev,
    () => 0,
  )
}
