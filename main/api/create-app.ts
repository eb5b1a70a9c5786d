import { mkdir, rm } from 'node:fs/promises'
import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'

import { type ApiEvent, apiCalls } from '#contract/api'
import type { LackingStarters } from '../domain/host/starter-finding.ts'
import { containerFolders } from '../services/container/container-folders.ts'
import { openContainerService } from '../services/container/container-service.ts'
import { checkHost } from '../services/host/check-host.ts'
import { createHostService } from '../services/host/host-service.ts'
import { measureBudget } from '../services/host/measure-budget.ts'
import { openJobService } from '../services/jobs/job-service.ts'
import { RefusedError } from '../services/refused-error.ts'
import { connectScreen } from '../services/vm/screen/connect-screen.ts'
import { seedStarter } from '../services/vm/seed-starter.ts'
import type { Reach } from '../services/vm/reach.ts'
import { createVmService, type VmService } from '../services/vm/vm-service.ts'
import { createVmStats } from '../services/vm/stats/vm-stats.ts'
import { vmFolders } from '../services/vm/vm-folders.ts'
import type { UserDirs } from '../system/user-dirs.ts'
import type { App } from './app.ts'
import { buildHandlers } from './build-handlers.ts'
import { createConsoles } from './consoles.ts'
import { containerHandlers } from './container-handlers.ts'
import { containerReportHandlers } from './container-report-handlers.ts'
import { bootProofHandlers } from './boot-proof-handlers.ts'
import { bound, dispatch, type Handlers } from './dispatch.ts'
import { createImages } from './image-handlers.ts'
import { imageUsers } from './image-users.ts'
import { jobHandlers } from './job-handlers.ts'
import { libraryHandlers } from './library-handlers.ts'
import { liveHandlers } from './live-handlers.ts'
import { snapshotHandlers } from './snapshot-handlers.ts'
import { statsHandlers } from './stats-handlers.ts'
import { fileHandlers } from './file-handlers.ts'
import { diskHandlers } from './disk-handlers.ts'
import { lateDisks } from './late-disks.ts'
import { screenHandlers } from './screen-handlers.ts'
import { createTerminalRuns } from './terminal-runs.ts'
import { createThrowaways } from './throwaways.ts'
import { toFailure } from './to-failure.ts'
import { vmHandlers } from './vm-handlers.ts'

export interface CreateAppOptions {
  readonly shell: 'electron' | 'web' | 'cli'
  readonly version: string
  readonly dirs: UserDirs
  /** Folder with the Starter guests that came with this Petri; undefined: there are none. */
  readonly starterFolder: string | undefined
  /** The list of images that came with this Petri; undefined: there is none. */
  readonly catalogueFile?: string | undefined
  /** PEM file with certificate authorities that downloads believe besides those of the system. */
  readonly caFile?: string | undefined
  readonly now?: () => Date
  readonly reach?: Reach
}

/** Puts the application together. The caller owns the data folder; see `openPetri`. */
export async function createApp(options: CreateAppOptions): Promise<App> {
  const { dirs, now = () => new Date() } = options
  const folders = vmFolders(dirs)
  const listeners = new Set<(event: ApiEvent) => void>()
  const emit = (event: ApiEvent) => {
    for (const listener of listeners) listener(event)
  }
  const host = createHostService({ cacheFolder: dirs.cache, guestFolder: options.starterFolder })
  // Begins at once, beside everything else: the proof of KVM must not stand in front of the first start.
  const facts = host.facts()
  await mkdir(dirs.cache, { recursive: true, mode: 0o700 })
  await rm(join(dirs.cache, 'throwaway'), { recursive: true, force: true })

  // Consoles and machines need each other: a machine attaches its consoles while it is adopted.
  const opened: { vms?: VmService } = {}
  const consoles = createConsoles({
    stateFolder: folders.state,
    hasSerialPort: (vmId, port) => {
      const item = opened.vms?.context.library.items.get(vmId)
      return item?.kind === 'machine' && port < item.spec.serialPorts
    },
    connectScreen: async (vmId, signal) => {
      if (!opened.vms) throw new Error('The library is not open yet.')
      return await connectScreen(opened.vms.context, vmId, signal)
    },
    now,
  })
  const service = await createVmService({
    folders,
    host,
    consoles: consoles.serial,
    now,
    ...(options.reach && { reach: options.reach }),
    onEvent: (event) =>
      emit(
        event.kind === 'changed' ? { kind: 'vm.changed', entry: event.entry } : { kind: 'vm.removed', id: event.id },
      ),
  })
  opened.vms = service
  const seed = async (): Promise<LackingStarters | undefined> => {
    if (options.starterFolder === undefined) return undefined
    const missing = await seedStarter(service, options.starterFolder, join(dirs.data, 'seeded.json'))
    return missing[0] && { names: missing.map(({ name }) => name), failure: toFailure(missing[0].error) }
  }
  let lackingStarters = await seed()
  void facts.then((known) => service.hostChanged(known))
  const jobs = await openJobService({ folder: join(dirs.data, 'jobs'), toFailure, onEvent: emit, now })
  const images = createImages({
    folder: join(dirs.data, 'images'),
    cacheFolder: join(dirs.cache, 'images'),
    shippedFile: options.catalogueFile,
    caFile: options.caFile,
    jobs,
    usersOf: (paths) => imageUsers(service.context, paths),
    onChange: () => emit({ kind: 'image.changed' }),
    now,
  })
  const stats = createVmStats(service.context)
  const containers = await openContainerService({
    folders: containerFolders(dirs),
    env: { home: homedir(), userName: userInfo().username },
    now,
    onEvent: (event) =>
      emit(
        event.kind === 'changed'
          ? { kind: 'container.changed', entry: event.entry }
          : { kind: 'container.removed', id: event.id },
      ),
  })
  const terminals = createTerminalRuns(consoles, now)
  const throwaways = createThrowaways(service.context, consoles, dirs.cache)

  const { disks, cleaned } = lateDisks(dirs, options.starterFolder, service, jobs)

  const handlers: Handlers = {
    ...vmHandlers(service, throwaways),
    ...libraryHandlers(service, jobs),
    ...liveHandlers(service),
    ...snapshotHandlers(service, jobs, (vmId) => emit({ kind: 'snapshot.changed', vmId })),
    ...statsHandlers(stats),
    ...screenHandlers(service.context),
    ...bootProofHandlers(service, jobs, dirs.cache),
    ...jobHandlers(jobs, async (name, params, signal) => {
      const outcome = await dispatch(handlers, name, params, signal)
      if (outcome.ok) return outcome.value
      throw new RefusedError(outcome.failure)
    }),
    ...images.handlers,
    ...fileHandlers(dirs.cache),
    ...diskHandlers(disks),
    ...buildHandlers(service, jobs),
    ...containerHandlers(containers, jobs, terminals),
    ...containerReportHandlers(containers, jobs, terminals, homedir()),
    'app.info': bound(apiCalls['app.info'], () => ({
      version: options.version,
      shell: options.shell,
      dataFolder: dirs.data,
      stateFolder: dirs.state,
    })),
    'console.log': bound(apiCalls['console.log'], async ({ target, maxBytes }) => {
      const hub = await consoles.find(target)
      const { bytes, totalBytes } = (await hub?.tail(maxBytes)) ?? { bytes: new Uint8Array(), totalBytes: 0 }
      return { base64: Buffer.from(bytes).toString('base64'), totalBytes }
    }),
    'host.check': bound(apiCalls['host.check'], async ({ again }) => {
      if (again && lackingStarters !== undefined) lackingStarters = await seed()
      const report = await checkHost(host, { dataFolder: dirs.data, lackingStarters, again, at: now() })
      if (again) service.hostChanged(await host.facts())
      emit({ kind: 'host.checked', report })
      return report
    }),
    'host.budget': bound(apiCalls['host.budget'], async () => {
      const running = service.list().flatMap((entry) => {
        const runs = entry.kind === 'machine' && entry.state.kind !== 'stopped' && entry.state.kind !== 'suspended'
        return runs ? [{ memoryMiB: entry.memoryMiB, cpus: entry.cpus }] : []
      })
      return await measureBudget(await host.facts(), dirs.data, running)
    }),
  }

  return {
    dispatch: async (name, params, { signal = new AbortController().signal } = {}) =>
      await dispatch(handlers, name, params, signal),
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    openConsole(target, listener) {
      const handle = consoles.open(target, listener)
      if (target.kind === 'serial' || target.kind === 'screen') return handle
      const runs = target.kind === 'container' ? terminals : throwaways
      runs.viewed(target.runId, 1)
      let open = true
      return {
        send: handle.send,
        close() {
          handle.close()
          if (open) runs.viewed(target.runId, -1)
          open = false
        },
      }
    },
    async [Symbol.asyncDispose]() {
      stats.close()
      await images.close()
      await Promise.all([throwaways.close(), terminals.close()])
      await jobs.close()
      await cleaned
      service.close()
      containers.close()
      await consoles.close()
      await facts // what it writes to the cache is written when this is over
    },
  }
}
