import { randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

import {
  architectureLabels,
  CONTAINER_SPEC_VERSION,
  type ContainerBase,
  type ContainerDraft,
  type ContainerEntry,
  type ContainerSettings,
  type ContainerSpec,
  containerSpecSchema,
} from '#contract/container'
import { hostArchitecture, runsNatively } from '../../domain/container/architectures.ts'
import { type ContainerDecision, decideContainer } from '../../domain/container/container-problems.ts'
import type { ContainerHost } from '../../domain/container/container-host.ts'
import { makeVmId } from '../../domain/vm/make-vm-id.ts'
import { RefusedError } from '../refused-error.ts'
import { type BaseFile, type BaseStore, createBaseStore, imageGone, mustHaveIdMap, shownBase } from './base-store.ts'
import { type ContainerChanges, containerChanges } from './change-containers.ts'
import type { ContainerFolders } from './container-folders.ts'
import { type ContainerLibrary, openContainerLibrary } from './container-library.ts'
import { type ContainerRuns, openContainerRuns } from './container-runs.ts'
import { findContainerHost } from './find-container-host.ts'
import type { UnpackWork } from './unpack-root.ts'

export type ContainerEvent =
  | { readonly kind: 'changed'; readonly entry: ContainerEntry }
  | { readonly kind: 'removed'; readonly id: string }

/** Containers: their library, what runs, and every change of them. */
export interface ContainerService {
  readonly folders: ContainerFolders
  readonly library: ContainerLibrary
  readonly runs: ContainerRuns
  readonly bases: BaseStore
  host(again?: boolean): Promise<ContainerHost>
  list(): readonly ContainerEntry[]
  entry(id: string): ContainerEntry
  decide(wish: ContainerSettings & Pick<ContainerDraft, 'architecture'>): Promise<ContainerDecision>
  /** Refuses a draft that cannot become a container, and says whether its base is there. */
  check(draft: ContainerDraft): Promise<{ readonly base: BaseFile | undefined }>
  makeBase(draft: ContainerDraft, work: UnpackWork): Promise<BaseFile>
  create(draft: ContainerDraft, base: BaseFile): Promise<string>
  update(id: string, settings: ContainerSettings): Promise<void>
  rename(id: string, name: string): Promise<void>
  snapshot(id: string, name?: string): Promise<string>
  reset(id: string): Promise<void>
  revert(id: string, snapshotId: string): Promise<void>
  deleteSnapshot(id: string, snapshotId: string): Promise<void>
  clone(id: string, name?: string): Promise<string>
  delete(id: string): Promise<string>
  restore(trashId: string): Promise<string>
  listBases(): Promise<readonly ContainerBase[]>
  deleteBase(baseId: string): Promise<void>
  close(): void
}

export async function openContainerService(options: {
  readonly folders: ContainerFolders
  readonly env: { readonly home: string; readonly userName: string }
  readonly onEvent: (event: ContainerEvent) => void
  readonly now: () => Date
}): Promise<ContainerService> {
  const { folders, onEvent, now } = options
  const library = openContainerLibrary(folders, makeVmId)
  const bases = createBaseStore(folders, now)
  const labels = new Map<string, string>()
  let knownHost: Promise<ContainerHost> | undefined
  const host = async (again = false): Promise<ContainerHost> => {
    if (again) knownHost = undefined
    knownHost ??= findContainerHost(options.env)
    const found = await knownHost
    // What is missing may be installed at any moment; what is there stays.
    if (found.missingPrograms.length > 0 || found.idMap === undefined || found.namespacesForbidden !== undefined)
      knownHost = undefined
    return found
  }
  const opened: { runs?: ContainerRuns } = {}
  const entry = (id: string): ContainerEntry => {
    const item = library.items.get(id)
    const spec = item?.kind === 'container' ? item.spec : undefined
    const architecture = spec?.architecture ?? 'amd64'
    return {
      id,
      name: spec?.name ?? id,
      architecture,
      badge: spec === undefined ? '' : badgeOf(spec),
      baseLabel: (spec && labels.get(spec.baseId)) ?? spec?.baseId ?? '',
      state: opened.runs?.state(id) ?? { kind: 'stopped' },
      ...(item?.kind === 'damaged' && { damaged: item.reason }),
    }
  }
  const changed = (id: string) => onEvent({ kind: 'changed', entry: entry(id) })
  // Labels are few files; a library without containers reads none.
  const usedBases = new Set(
    [...library.items.values()].flatMap((item) => (item.kind === 'container' ? [item.spec.baseId] : [])),
  )
  await Promise.all([...usedBases].map(async (id) => labels.set(id, (await bases.read(id))?.label ?? id)))
  const runs = await openContainerRuns({
    folders,
    library,
    host,
    now,
    onChange: (id) => library.items.has(id) && changed(id),
  })
  opened.runs = runs
  const changes: ContainerChanges = containerChanges(folders, library, async () => mustHaveIdMap(await host()), now)

  const mustBeFree = (name: string, except?: string) => {
    if (library.nameTaken(name, except))
      throw new RefusedError({
        code: 'conflict',
        title: `There is a container called "${name}" already`,
        cure: { text: 'Choose another name, or delete that one.' },
      })
  }
  const decide: ContainerService['decide'] = async (wish) => decideContainer(wish, await host())
  const mustBePossible = async (wish: ContainerSettings & Pick<ContainerDraft, 'architecture' | 'name'>) => {
    const problems = (await decide(wish)).problems.filter(({ severity }) => severity === 'error')
    if (problems.length > 0)
      throw new RefusedError({
        code: 'invalid',
        title: `${wish.name} cannot be made on this host`,
        ...(problems[0] && { evidence: problems[0].message }),
        ...(problems[0]?.cure !== undefined && { cure: { text: problems[0].cure } }),
        problems: [...problems],
      })
  }
  /** A change of a stopped container, which everybody hears of. */
  const changeStopped = async <T>(id: string, what: string, work: () => Promise<T>): Promise<T> =>
    await runs.exclusively(id, async () => {
      runs.mustBeStopped(id, what)
      const result = await work()
      changed(id)
      return result
    })
  const changeAny = async <T>(id: string, work: (isRunning: boolean) => Promise<T>): Promise<T> =>
    await runs.exclusively(id, async () => {
      const result = await work(runs.state(id).kind === 'running')
      changed(id)
      return result
    })
  const collect = async () => await changes.collectLayers(await trashedSpecs(folders))

  return {
    folders,
    library,
    runs,
    bases,
    host,
    decide,
    entry,
    list: () => [...library.items.keys()].map(entry),
    async check(draft) {
      mustBeFree(draft.name)
      await mustBePossible(draft)
      const id = await bases.idFor(draft.source, draft.architecture)
      const base = await bases.read(id)
      if (base === undefined && draft.source.kind === 'base') throw imageGone(id)
      if (base !== undefined && base.architecture !== draft.architecture)
        throw new RefusedError({
          code: 'invalid',
          title: `${base.label} is not for ${draft.architecture}`,
          evidence: `Its programs are for ${base.architecture}.`,
          cure: { text: `Ask for ${base.architecture}, or take another root file system.` },
        })
      return { base }
    },
    makeBase: async (draft, work) =>
      (await bases.read(await bases.idFor(draft.source, draft.architecture))) ??
      (await bases.make(draft.source, draft.architecture, await host(), work)),
    async create(draft, base) {
      mustBeFree(draft.name)
      const { source: _source, secretsConfirmed: _confirmed, ...settings } = draft
      const id = library.freeId(draft.name)
      labels.set(base.id, base.label)
      await library.add({
        ...settings,
        version: CONTAINER_SPEC_VERSION,
        id,
        createdAt: now().toISOString(),
        baseId: base.id,
        layers: [],
        snapshots: [],
      })
      changed(id)
      return id
    },
    async update(id, { secretsConfirmed, ...settings }) {
      const spec = library.spec(id)
      await mustBePossible({ ...settings, secretsConfirmed, architecture: spec.architecture, name: spec.name })
      await changeStopped(id, 'changed', async () => {
        const { cpuModel: _cpuModel, ...rest } = spec
        await library.save({ ...rest, ...settings })
      })
    },
    async rename(id, name) {
      mustBeFree(name, id)
      await changeAny(id, async () => await library.save({ ...library.spec(id), name }))
    },
    snapshot: async (id, name) => await changeAny(id, async (isRunning) => await changes.snapshot(id, name, isRunning)),
    reset: async (id) => await changeStopped(id, 'reset', async () => await changes.reset(id)),
    async revert(id, snapshotId) {
      await changeStopped(id, 'reverted', async () => await changes.revert(id, snapshotId))
      await collect()
    },
    async deleteSnapshot(id, snapshotId) {
      await changeAny(id, async () => await changes.deleteSnapshot(id, snapshotId))
      await collect()
    },
    async clone(id, name) {
      const wanted = name ?? freeName(library, library.spec(id).name)
      mustBeFree(wanted)
      const newId = library.freeId(wanted)
      await changeAny(id, async (isRunning) => await changes.clone(id, wanted, newId, isRunning))
      changed(newId)
      return newId
    },
    async delete(id) {
      return await runs.exclusively(id, async () => {
        if (!library.items.has(id)) library.spec(id)
        if (library.items.get(id)?.kind === 'container') runs.mustBeStopped(id, 'deleted')
        const trashId = `trash-${randomBytes(8).toString('hex')}`
        await library.moveOut(id, join(folders.trash, trashId))
        onEvent({ kind: 'removed', id })
        return trashId
      })
    },
    async restore(trashId) {
      const folder = join(folders.trash, trashId)
      const spec = await readSpec(join(folder, 'container.json'))
      if (spec === undefined)
        throw new RefusedError({ code: 'not-found', title: `There is no ${trashId} in the trash` })
      mustBeFree(spec.name)
      if (library.items.has(spec.id))
        throw new RefusedError({ code: 'conflict', title: `There is a container ${spec.id} again` })
      await library.moveIn(spec.id, folder)
      changed(spec.id)
      return spec.id
    },
    async listBases() {
      const users = baseUsers(library, await trashedSpecs(folders))
      return (await bases.list()).map((base) => shownBase(base, users.get(base.id) ?? []))
    },
    async deleteBase(baseId) {
      if ((await bases.read(baseId)) === undefined) throw imageGone(baseId)
      const users = baseUsers(library, await trashedSpecs(folders)).get(baseId) ?? []
      if (users.length > 0)
        throw new RefusedError({
          code: 'in-use',
          title: 'Containers need this root file system',
          evidence: users.join(', '),
          cure: { text: 'Delete them first. Those in the trash count, too: they could come back.' },
        })
      await bases.remove(baseId, mustHaveIdMap(await host()))
    },
    close: () => runs.close(),
  }
}

function badgeOf({ architecture }: ContainerSpec): string {
  return runsNatively(hostArchitecture(process.arch), architecture)
    ? `${architectureLabels[architecture]} · native`
    : `${architecture} · emulated (user-mode)`
}

function freeName(library: ContainerLibrary, name: string): string {
  let number = 1
  while (library.nameTaken(`${name} copy${number === 1 ? '' : ` ${number}`}`)) number++
  return `${name} copy${number === 1 ? '' : ` ${number}`}`
}

async function readSpec(file: string): Promise<ContainerSpec | undefined> {
  try {
    return containerSpecSchema.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch {
    return undefined
  }
}

async function trashedSpecs(folders: ContainerFolders): Promise<readonly ContainerSpec[]> {
  const names = await readdir(folders.trash).catch(() => [])
  const specs = await Promise.all(names.map((name) => readSpec(join(folders.trash, name, 'container.json'))))
  return specs.filter((spec) => spec !== undefined)
}

/** Base -> names of the containers above it, those in the trash marked. */
function baseUsers(
  library: ContainerLibrary,
  trashed: readonly ContainerSpec[],
): ReadonlyMap<string, readonly string[]> {
  const users = new Map<string, string[]>()
  const add = (spec: ContainerSpec, mark: string) =>
    users.set(spec.baseId, [...(users.get(spec.baseId) ?? []), `${spec.name}${mark}`])
  for (const item of library.items.values()) if (item.kind === 'container') add(item.spec, '')
  for (const spec of trashed) add(spec, ' (in the trash)')
  return users
}
