import { resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { chooseAccelerator } from '../../domain/vm/choose-accelerator.ts'
import type { HostFacts } from '../../domain/vm/host-facts.ts'
import type { describingFields } from '../../domain/vm/live/live-step.ts'
import type { VmPlan } from '../../domain/vm/vm-plan.ts'
import type { TrashedVm } from '#contract/vm-calls'
import { type VmDraft, type VmSpec, vmSpecSchema } from '#contract/vm-spec'
import type { MachineEntry, VmDetail, VmEntry, VmState } from '#contract/vm-state'
import { RefusedError } from '../refused-error.ts'
import { adoptVms } from './adopt-vms.ts'
import { commandOfVm } from './command-of-vm.ts'
import { createVm, type NewDisks } from './change-vms.ts'
import { mustNotBeNeeded } from './clone/dependants.ts'
import { readLastExit } from './last-exit.ts'
import { refuseChangedDevices } from './live/refuse-changed-devices.ts'
import type { Reach } from './reach.ts'
import type { SerialConsoles } from './serial-console.ts'
import { settleUnfinished } from './settle-unfinished.ts'
import { startVm } from './start-vm.ts'
import { emptyTrash, listTrash, restoreVm, trashVm } from './trash.ts'
import { discardSuspended, readSuspended, suspendVm } from './suspend-vm.ts'
import { type UpdateOptions, updateVm } from './update-vm.ts'
import type { VmContext } from './vm-context.ts'
import type { VmFolders } from './vm-folders.ts'
import { openVmLibrary } from './vm-library.ts'
import { createHolds, type Hold } from './vm-holds.ts'
import type { VmSession } from './vm-session.ts'

/** The longest that the library waits for what is known of the host, in ms. */
const FACTS_MOMENT_MS = 150

/** What happened to a machine, for whoever shows the library. */
export type VmEvent =
  | { readonly kind: 'changed'; readonly entry: VmEntry }
  | { readonly kind: 'removed'; readonly id: string }

/** Every use case of machines. Refusals are RefusedError; two actions at once on one machine are a conflict. */
export interface VmService {
  list(): readonly VmEntry[]
  show(id: string): VmDetail
  /** The plan for the machine as stored, with its folders and files made, so that its command can be run by hand. */
  command(id: string): Promise<VmPlan>
  readonly context: VmContext
  stateOf(id: string): VmState
  /** For actions that are jobs: they hold the machine longer than a call lasts. */
  readonly hold: Hold
  create(draft: VmDraft, newDisks?: NewDisks, adoptFiles?: Readonly<Record<string, string>>): Promise<string>
  update(spec: VmSpec, newDisks?: NewDisks): Promise<void>
  /** Changes a machine's description, and the machine itself at once where it runs. `what`: `saving`, for a conflict. */
  edit(id: string, what: string, change: (spec: VmSpec) => VmSpec, options?: UpdateOptions): Promise<void>
  accept(id: string): Promise<void>
  /** Changes what only people look at, in whatever state the machine is. */
  describe(id: string, what: string, change: (spec: VmSpec) => Description): Promise<VmSpec>
  /** Marks a machine that is off as a template, or makes it a machine again. */
  setTemplate(id: string, template: boolean): Promise<void>
  delete(id: string): Promise<string>
  restore(trashId: string): Promise<string>
  trashed(): Promise<readonly TrashedVm[]>
  /** Deletes for good; without ids everything in the trash. */
  emptyTrash(trashIds: readonly string[] | undefined): ReturnType<typeof emptyTrash>
  start(id: string): Promise<void>
  pause(id: string): Promise<void>
  resume(id: string): Promise<void>
  reset(id: string): Promise<void>
  shutdown(id: string, deadlineMs: number): Promise<void>
  powerOff(id: string): Promise<void>
  suspend(id: string): Promise<void>
  discardSuspended(id: string): Promise<void>
  /** The host was looked at (again): entries that predict an accelerator may have changed. */
  hostChanged(facts: HostFacts): void
  /** Closes every connection; machines go on. */
  close(): void
}

export interface VmServiceOptions {
  readonly folders: VmFolders
  readonly host: { facts(): Promise<HostFacts> }
  readonly consoles: SerialConsoles
  readonly onEvent: (event: VmEvent) => void
  readonly now?: () => Date
  readonly reach?: Reach
}

type Description = Partial<Pick<VmSpec, (typeof describingFields)[number]>>

/** Opens the library and takes over what runs. Resolves when every running machine is known. */
export async function createVmService(options: VmServiceOptions): Promise<VmService> {
  const { folders } = options
  const reach = options.reach ?? (() => {})
  const library = await openVmLibrary(folders, reach)
  const sessions = new Map<string, VmSession>()
  /** States of the machines that do not run. */
  const resting = new Map<string, VmState>()
  let hostFacts: HostFacts | undefined

  const context: VmContext = {
    folders,
    library,
    sessions,
    host: options.host,
    consoles: options.consoles,
    now: options.now ?? (() => new Date()),
    reach,
    filesInUse: (exceptId) => filesInUse(context, exceptId),
    stateChanged: (id) => changed(id),
    changed: (id) => changed(id),
    async ended(id) {
      await rest(id)
      sessions.delete(id)
      changed(id)
    },
  }

  const rest = async (id: string) => {
    const suspended = await readSuspended(folders, id)
    if (suspended) return resting.set(id, { kind: 'suspended', at: suspended.at, sizeBytes: suspended.sizeBytes })
    const lastExit = await readLastExit(folders, id)
    return resting.set(id, lastExit ? { kind: 'stopped', lastExit } : { kind: 'stopped' })
  }
  const stateOf = (id: string): VmState => sessions.get(id)?.state ?? resting.get(id) ?? { kind: 'stopped' }
  const changed = (id: string) => {
    const entry = entryOf(id)
    if (entry) options.onEvent({ kind: 'changed', entry })
  }

  const entryOf = (id: string): VmEntry | undefined => {
    const item = library.items.get(id)
    if (!item) return undefined
    const state = stateOf(id)
    if (item.kind === 'machine') {
      const { spec } = item
      return {
        kind: 'machine',
        id,
        name: spec.name,
        architecture: spec.architecture,
        tags: spec.tags,
        memoryMiB: spec.memoryMiB,
        cpus: spec.cpu.sockets * spec.cpu.cores * spec.cpu.threads,
        serialPorts: spec.serialPorts,
        hasDisplay: spec.display.kind !== 'none',
        template: spec.template,
        acceleration: sessions.get(id)?.record.acceleration ?? predictAcceleration(spec, hostFacts),
        state,
        readOnly: false,
      }
    }
    const reason = item.kind === 'newer' ? `made by a newer Petri (file version ${item.version})` : item.reason
    return { kind: 'damaged', id, name: item.name || id, file: folders.machineFile(id), reason, state }
  }

  const exclusive = async <T>(id: string, what: string, action: () => Promise<T>): Promise<T> => {
    const release = await hold(id, what)
    try {
      return await action()
    } finally {
      release()
    }
  }
  // One after the other: what is being deleted for good cannot be restored at the same time, nor twice.
  let trashTurn: Promise<unknown> = Promise.resolve()
  const inTrash = async <T>(action: () => Promise<T>): Promise<T> => {
    const turn = trashTurn.then(action, action)
    trashTurn = turn
    return await turn
  }
  const nameOf = (id: string) => {
    const item = library.items.get(id)
    return item?.kind === 'machine' ? item.spec.name : id
  }
  const hold = createHolds({ nameOf, settle: async (id) => await settleUnfinished(context, id) })
  const mustRest = (id: string, why: string) => {
    if (sessions.has(id))
      throw new RefusedError({
        code: 'conflict',
        title: `${nameOf(id)} is running`,
        cause: why,
        cure: { text: 'Shut it down first.', command: `petri stop ${id}` },
      })
  }
  const mustNotBeSuspended = (id: string, why: string) => {
    if (stateOf(id).kind === 'suspended')
      throw new RefusedError({
        code: 'conflict',
        title: `${nameOf(id)} is suspended`,
        cause: why,
        cure: { text: 'Start and shut it down, or discard the saved memory.', command: `petri discard ${id}` },
      })
  }
  const session = (id: string): VmSession => {
    const found = sessions.get(id)
    if (found) return found
    if (!library.items.has(id)) library.spec(id)
    throw new RefusedError({
      code: 'conflict',
      title: `${nameOf(id)} is not running`,
      cure: { text: 'Start it first.', command: `petri start ${id}` },
    })
  }

  /** A silent machine is not asked for more: every question would wait its whole time, and change nothing. */
  const answering = (id: string): VmSession => {
    const found = session(id)
    if (found.state.kind !== 'not-answering') return found
    throw new RefusedError({
      code: 'not-answering',
      title: `${nameOf(id)} does not answer`,
      evidence: `process ${found.state.pid} is alive and silent since ${found.state.since}`,
      cause: 'Its process is stopped, or this host is very busy. It is not taken for gone.',
      cure: { text: 'Wait, or power it off.', command: `petri stop ${id} --force` },
    })
  }

  const edit: VmService['edit'] = async (id, what, change, options = {}) =>
    await exclusive(id, what, async () => {
      mustNotBeSuspended(id, 'Its saved memory fits only the hardware it was saved with.')
      try {
        if (sessions.has(id)) answering(id)
        await updateVm(context, change(library.spec(id)), options)
      } finally {
        changed(id) // of several live changes the first may be done when a later one fails
      }
    })

  await Promise.all([adoptVms(context), ...[...library.items.keys()].map(rest)])
  // Known at once unless this host is looked at for the first time; `hostChanged` tells what that changes.
  hostFacts = await Promise.race([options.host.facts(), delay(FACTS_MOMENT_MS, undefined, { ref: false })])

  return {
    context,
    stateOf,
    hold,
    list: () => [...library.items.keys()].toSorted().flatMap((id) => entryOf(id) ?? []),
    show(id) {
      const entry = entryOf(id)
      if (!entry) throw new RefusedError({ code: 'not-found', title: `There is no machine ${id}` })
      const item = library.items.get(id)
      return { entry, folder: folders.machine(id), ...(item?.kind === 'machine' && { spec: item.spec }) }
    },
    command: async (id) => await commandOfVm(context, id),
    async create(draft, newDisks, adoptFiles) {
      const spec = await createVm(context, draft, newDisks, adoptFiles)
      changed(spec.id)
      return spec.id
    },
    update: async (spec, newDisks) => await edit(spec.id, 'changing', () => spec, { newDisks }),
    edit,
    accept: async (id) =>
      await exclusive(id, 'reading', async () => {
        await library.reload(id, true)
        await library.save(library.spec(id))
        changed(id)
      }),
    describe: async (id, what, change) =>
      await exclusive(id, what, async () => {
        const spec = library.spec(id)
        const described = vmSpecSchema.parse({ ...spec, ...change(spec) })
        await library.save(described)
        changed(id)
        return described
      }),
    setTemplate: async (id, template) =>
      await exclusive(id, 'marking', async () => {
        mustRest(id, 'A template does not run.')
        if (template) mustNotBeSuspended(id, 'A template cannot go on from a saved state.')
        await library.save({ ...library.spec(id), template })
        changed(id)
      }),
    delete: async (id) =>
      await exclusive(id, 'deleting', async () => {
        if (!library.items.has(id)) library.spec(id)
        mustRest(id, 'A running machine cannot be deleted.')
        await mustNotBeNeeded(context, id, nameOf(id))
        const trashId = await trashVm(context, id, nameOf(id))
        resting.delete(id)
        options.onEvent({ kind: 'removed', id })
        return trashId
      }),
    restore: async (trashId) =>
      await inTrash(async () => {
        const id = await restoreVm(context, trashId)
        await rest(id)
        changed(id)
        return id
      }),
    trashed: async () => await listTrash(context),
    emptyTrash: async (trashIds) => await inTrash(async () => await emptyTrash(context, trashIds)),
    start: async (id) =>
      await exclusive(id, 'starting', async () => {
        const spec = library.spec(id)
        if (sessions.has(id)) throw new RefusedError({ code: 'conflict', title: `${spec.name} is running already` })
        await startVm(context, spec)
      }),
    pause: async (id) => await exclusive(id, 'pausing', async () => void (await answering(id).execute('stop'))),
    resume: async (id) => await exclusive(id, 'resuming', async () => void (await answering(id).execute('cont'))),
    reset: async (id) =>
      await exclusive(id, 'resetting', async () => void (await answering(id).execute('system_reset'))),
    shutdown: async (id, deadlineMs) =>
      await exclusive(id, 'shutting down', async () => await answering(id).requestShutdown(deadlineMs)),
    // Not exclusive: it must be possible to end a machine whatever else is going on with it.
    powerOff: async (id) => await session(id).powerOff(),
    suspend: async (id) =>
      await exclusive(id, 'suspending', async () => {
        await refuseChangedDevices(folders, answering(id))
        await suspendVm(session(id), folders, context.now)
      }),
    discardSuspended: async (id) =>
      await exclusive(id, 'discarding the memory of', async () => {
        mustRest(id, 'Its memory is in use.')
        await discardSuspended(folders, id)
        await rest(id)
        changed(id)
      }),
    hostChanged(facts) {
      const before = hostFacts
      hostFacts = facts
      for (const [id, item] of library.items) {
        if (item.kind !== 'machine' || sessions.has(id)) continue
        const [old, now] = [before, facts].map((known) => JSON.stringify(predictAcceleration(item.spec, known)))
        if (old !== now) changed(id)
      }
    },
    close() {
      for (const open of sessions.values()) open.release()
    },
  }
}

/** How a machine would run if it started now. */
function predictAcceleration(spec: VmSpec, facts: HostFacts | undefined): MachineEntry['acceleration'] {
  if (facts) return chooseAccelerator(spec, facts)
  return { accelerator: 'tcg', reason: 'Petri is still finding out whether KVM works on this host.' }
}

function filesInUse(context: VmContext, exceptId: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>()
  for (const id of context.sessions.keys()) {
    const item = context.library.items.get(id)
    if (id === exceptId || item?.kind !== 'machine') continue
    for (const disk of item.spec.disks) files.set(resolve(context.folders.machine(id), disk.path), item.spec.name)
  }
  return files
}
