import { basename } from 'node:path'

import { apiCalls } from '#contract/api'
import { draftForDisk } from '../domain/disk/draft-for-disk.ts'
import type { DiskService } from '../services/disk/disk-service.ts'
import { RefusedError } from '../services/refused-error.ts'
import { bound, type Handlers } from './dispatch.ts'

type DiskCalls = { readonly [N in keyof Handlers as N extends `disk.${string}` ? N : never]: Handlers[N] }

/** The calls about disk files. The service is loaded at the first of them. */
export function diskHandlers(disks: () => Promise<DiskService>): DiskCalls {
  return {
    'disk.info': bound(apiCalls['disk.info'], async ({ path }, signal) => await (await disks()).info(path, signal)),
    'disk.list': bound(apiCalls['disk.list'], async ({ folder }) => await (await disks()).list(folder)),
    'disk.map': bound(apiCalls['disk.map'], async (wish, signal) => await (await disks()).map(wish, signal)),
    'disk.plan': bound(apiCalls['disk.plan'], async (wish, signal) => await (await disks()).plan(wish, signal)),
    'disk.convert': bound(apiCalls['disk.convert'], async (wish) => await (await disks()).convert(wish)),
    'disk.create': bound(apiCalls['disk.create'], async (wish) => await (await disks()).create(wish)),
    'disk.check': bound(apiCalls['disk.check'], async (wish) => await (await disks()).check(wish)),
    'disk.resize': bound(apiCalls['disk.resize'], async (wish) => await (await disks()).resize(wish)),
    'disk.compact': bound(apiCalls['disk.compact'], async (wish) => await (await disks()).compact(wish)),
    'disk.compare': bound(apiCalls['disk.compare'], async (wish) => await (await disks()).compare(wish)),
    'disk.checksum': bound(apiCalls['disk.checksum'], async (wish) => await (await disks()).checksum(wish)),
    'disk.rebase': bound(apiCalls['disk.rebase'], async (wish) => await (await disks()).rebase(wish)),
    'disk.commit': bound(apiCalls['disk.commit'], async (wish) => await (await disks()).commit(wish)),
    'disk.flatten': bound(apiCalls['disk.flatten'], async (wish) => await (await disks()).flatten(wish)),
    'disk.split': bound(apiCalls['disk.split'], async (wish) => await (await disks()).split(wish)),
    'disk.import': bound(apiCalls['disk.import'], async (wish) => await (await disks()).importMachine(wish)),
    'disk.export': bound(apiCalls['disk.export'], async (wish) => await (await disks()).exportMachine(wish)),
    'disk.files': bound(apiCalls['disk.files'], async (place) => await (await disks()).files(place)),
    'disk.folder': bound(
      apiCalls['disk.folder'],
      async ({ folder, ...place }) => await (await disks()).folder(place, folder),
    ),
    'disk.copyOut': bound(apiCalls['disk.copyOut'], async (wish) => await (await disks()).copyOut(wish)),
    'disk.machine': bound(apiCalls['disk.machine'], async ({ path, name }, signal) => {
      const info = await (await disks()).info(path, signal)
      const draft =
        info.machine &&
        info.refusal === undefined &&
        info.extents.length === 0 &&
        draftForDisk({
          path: info.path,
          name: name ?? nameFromPath(info.path),
          format: info.format ?? '',
          advice: info.machine,
        })
      if (draft && info.machine) return { draft, reasons: info.machine.reasons }
      throw new RefusedError({
        code: 'invalid',
        title: `No machine can be made of ${basename(path).slice(0, 80)}`,
        evidence:
          info.refusal ??
          (info.extents.length > 0
            ? `Its data lies in other files: ${info.extents.join(', ').slice(0, 120)}`
            : `Its format is ${info.format ?? 'unknown'}`),
        cure: { text: 'Convert it to qcow2 first.' },
      })
    }),
  }
}

const nameFromPath = (path: string) =>
  basename(path)
    .replace(/\.[a-z0-9]{2,5}$/i, '')
    .slice(0, 120) || 'Disk'
