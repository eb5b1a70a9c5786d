import { apiCalls } from '#contract/api'
import type { liveCalls } from '#contract/live-calls'
import type { VmSpec } from '#contract/vm-spec'
import {
  type SpecEdit,
  withEjectedDisc,
  withForward,
  withInsertedDisc,
  withoutShare,
  withoutForward,
} from '../domain/vm/live/edit-spec.ts'
import { mountCommand, shareName } from '../domain/vm/mount-command.ts'
import { RefusedError } from '../services/refused-error.ts'
import { listForwards } from '../services/vm/live/list-forwards.ts'
import { refuseUnasked } from '../services/vm/refuse-unasked.ts'
import type { VmService } from '../services/vm/vm-service.ts'
import { bound, type Handlers } from './dispatch.ts'

type LiveCalls = Pick<Handlers, keyof typeof liveCalls>

/** The calls that change one thing of a machine, running or not. */
export function liveHandlers(vms: VmService): LiveCalls {
  /** Edits the description as it is when the machine's turn comes; gives what the edit was made on. */
  const edit = async (id: string, what: string, make: (spec: VmSpec) => SpecEdit, force = false): Promise<string> => {
    let on = ''
    await vms.edit(
      id,
      what,
      (spec) => {
        const edited = make(spec)
        if (edited.kind === 'impossible') throw impossible(spec, edited)
        on = edited.on
        return edited.spec
      },
      { force },
    )
    return on
  }
  return {
    'forward.list': bound(apiCalls['forward.list'], async ({ id }) => ({
      forwards: [...(await listForwards(vms.context, id))],
    })),
    'forward.add': bound(apiCalls['forward.add'], async ({ id, network, forward }) => {
      await edit(id, 'opening a port of', (spec) => withForward(spec, network, forward))
      return {}
    }),
    'forward.remove': bound(apiCalls['forward.remove'], async ({ id, protocol, hostPort }) => {
      await edit(id, 'closing a port of', (spec) => withoutForward(spec, { protocol, hostPort }))
      return {}
    }),
    'media.insert': bound(apiCalls['media.insert'], async ({ id, drive, path }) => ({
      drive: await edit(id, 'changing the disc of', (spec) => withInsertedDisc(spec, drive, path)),
    })),
    'media.eject': bound(apiCalls['media.eject'], async ({ id, drive, force }) => ({
      drive: await edit(id, 'changing the disc of', (spec) => withEjectedDisc(spec, drive), force),
    })),
    'share.list': bound(apiCalls['share.list'], ({ id }) => ({
      folders: vms.context.library
        .spec(id)
        .sharedFolders.map((folder) => ({ ...folder, mountCommand: mountCommand(folder) })),
    })),
    'share.add': bound(apiCalls['share.add'], async ({ id, path, name, readOnly, driver, consent }) => {
      const spec = vms.context.library.spec(id)
      const folder = { id: name ?? shareName(path, spec.sharedFolders), path, readOnly, driver }
      const sharedFolders = [...spec.sharedFolders, folder]
      if (!consent) await refuseUnasked(vms.context, { ...spec, sharedFolders })
      await vms.edit(id, 'changing', (now) => ({ ...now, sharedFolders: [...now.sharedFolders, folder] }))
      return { name: folder.id, mountCommand: mountCommand(folder) }
    }),
    'share.remove': bound(apiCalls['share.remove'], async ({ id, name }) => {
      await edit(id, 'changing', (spec) => withoutShare(spec, name))
      return {}
    }),
    'memory.target': bound(apiCalls['memory.target'], async ({ id, memoryMiB }) => {
      await vms.edit(id, 'changing the memory of', ({ memoryTargetMiB: _before, ...spec }) =>
        memoryMiB === null ? spec : { ...spec, memoryTargetMiB: memoryMiB },
      )
      return {}
    }),
  }
}

function impossible({ name }: VmSpec, { why, cure }: Extract<SpecEdit, { kind: 'impossible' }>): RefusedError {
  return new RefusedError({
    code: 'conflict',
    title: `${name} cannot be changed like this`,
    evidence: why,
    cure: { text: cure },
  })
}
