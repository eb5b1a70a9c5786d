import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rename, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'

import { z } from 'zod'

import {
  architectureLabels,
  type ContainerArchitecture,
  type ContainerBase,
  containerArchitectureSchema,
  type ContainerSource,
} from '#contract/container'
import { idSchema } from '#contract/vm-spec'
import type { ContainerHost } from '../../domain/container/container-host.ts'
import type { IdMap } from '../../domain/container/lxc-config.ts'
import { ociArchive } from '../../domain/container/oci-reference.ts'
import { syncFile, writeDurableFile } from '../../system/files/write-durable-file.ts'
import { RefusedError } from '../refused-error.ts'
import type { ContainerFolders } from './container-folders.ts'
import { removeInIdMap, runInIdMap } from './in-id-map.ts'
import { rootArchitecture } from './inspect-root.ts'
import { makeDebian } from './make-debian.ts'
import { unpackOci } from './unpack-oci.ts'
import { measureTree, unpackRoot, type UnpackWork } from './unpack-root.ts'

const baseFileSchema = z.strictObject({
  version: z.literal(1),
  id: idSchema,
  label: z.string().max(300),
  architecture: containerArchitectureSchema,
  createdAt: z.iso.datetime(),
  entries: z.int(),
  sizeBytes: z.number(),
  leftOut: z.array(z.string()),
})
export type BaseFile = z.output<typeof baseFileSchema>

const NEW_PREFIX = '.new-'

/** Root file systems that are unpacked once and shared by any number of containers. */
export interface BaseStore {
  /** Its record; undefined: there is none, or it cannot be read. */
  read(id: string): Promise<BaseFile | undefined>
  list(): Promise<readonly BaseFile[]>
  /** The id that this source has or would have. */
  idFor(source: ContainerSource, architecture: ContainerArchitecture): Promise<string>
  /** Makes it, whole or not at all. */
  make(
    source: ContainerSource,
    architecture: ContainerArchitecture,
    host: ContainerHost,
    work: UnpackWork,
  ): Promise<BaseFile>
  remove(id: string, idMap: IdMap): Promise<void>
}

export function createBaseStore(folders: ContainerFolders, now: () => Date): BaseStore {
  const read = async (id: string): Promise<BaseFile | undefined> => {
    try {
      return baseFileSchema.parse(JSON.parse(await readFile(folders.baseFile(id), 'utf8')))
    } catch {
      return undefined
    }
  }
  return {
    read,
    async list() {
      const names = await readdir(folders.layers).catch(() => [])
      const bases = await Promise.all(names.filter((name) => name.startsWith('base-')).map(read))
      return bases.filter((base) => base !== undefined)
    },
    idFor,
    async make(source, architecture, host, work) {
      const idMap = mustHaveIdMap(host)
      const id = await idFor(source, architecture)
      await mkdir(folders.layers, { recursive: true, mode: 0o700 })
      await removeLeftovers(folders, idMap)
      const folder = join(folders.layers, `${NEW_PREFIX}${id}-${randomBytes(4).toString('hex')}`)
      const root = join(folder, 'fs')
      try {
        await mkdir(root, { recursive: true, mode: 0o755 })
        const found = await fill(source, architecture, root, host, idMap, work)
        work.progress({ phase: 'Looking at what came out' })
        const really = await rootArchitecture(root)
        if (really !== architecture)
          throw (await imageInside(source, root)) ?? otherArchitecture(labelOf(source), architecture, really)
        const file: BaseFile = {
          version: 1,
          id,
          label: labelOf(source),
          architecture,
          createdAt: now().toISOString(),
          entries: found.entries,
          sizeBytes: found.totalBytes,
          leftOut: [...found.leftOut],
        }
        await writeDurableFile(join(folder, 'base.json'), JSON.stringify(file))
        work.signal.throwIfAborted()
        await rename(folder, folders.base(id))
        await syncFile(folders.layers)
        return file
      } catch (error) {
        await removeInIdMap(idMap, [folder]).catch(() => undefined)
        throw error
      }
    },
    async remove(id, idMap) {
      const gone = join(folders.layers, `${NEW_PREFIX}gone-${randomBytes(4).toString('hex')}`)
      await rename(folders.base(id), gone)
      await removeInIdMap(idMap, [gone])
    },
  }
}

export function mustHaveIdMap(host: ContainerHost): IdMap {
  if (host.idMap !== undefined) return host.idMap
  throw new RefusedError({
    code: 'unavailable',
    title: 'Containers cannot be used by this user yet',
    evidence: `${host.userName} has no line in /etc/subuid or /etc/subgid.`,
    cause: 'A container needs user numbers of its own, and the system gives them out.',
    cure: {
      text: 'Ask for them once, then try again.',
      command: `sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${host.userName}`,
    },
  })
}

interface Filled {
  readonly entries: number
  readonly totalBytes: number
  readonly leftOut: readonly string[]
}

async function fill(
  source: ContainerSource,
  architecture: ContainerArchitecture,
  root: string,
  host: ContainerHost,
  idMap: IdMap,
  work: UnpackWork,
): Promise<Filled> {
  switch (source.kind) {
    case 'base':
      throw imageGone(source.baseId)
    case 'file':
      return await unpackRoot(source.path, root, idMap, work)
    case 'folder': {
      work.progress({ phase: 'Copying the folder' })
      const script =
        'cd "$0" && tar --create --one-file-system --exclude=./dev/* --numeric-owner . | tar --extract --numeric-owner --preserve-permissions --directory "$1"'
      await runInIdMap(idMap, ['bash', '-o', 'pipefail', '-c', script, source.path, root], { signal: work.signal })
      break
    }
    case 'debian':
      work.progress({ phase: `Making Debian ${source.suite}` })
      await makeDebian(source, architecture, root, host, idMap, work.signal)
      break
    case 'oci':
      return await unpackOci(source.reference, architecture, root, idMap, work)
  }
  return { ...(await measureTree(root, idMap)), leftOut: [] }
}

export function imageGone(id: string): RefusedError {
  return new RefusedError({
    code: 'not-found',
    title: 'The root file system is gone',
    evidence: id,
    cause: 'It was deleted, or its folder was moved.',
    cure: { text: 'See which there are, or make it again.', command: 'petri container bases' },
  })
}

/** Whether the archive that was unpacked as it is holds an image in layers. */
async function imageInside(source: ContainerSource, root: string): Promise<RefusedError | undefined> {
  if (source.kind !== 'file') return undefined
  const names = await readdir(root)
  const kind = names.includes('oci-layout')
    ? 'oci-archive'
    : names.includes('manifest.json')
      ? 'docker-archive'
      : undefined
  if (kind === undefined) return undefined
  return new RefusedError({
    code: 'invalid',
    title: `${labelOf(source)} is an image in layers`,
    evidence: kind === 'oci-archive' ? 'oci-layout is in it.' : 'manifest.json is in it.',
    cause: 'Docker, Podman and skopeo save images like this; a root file system is what its layers make together.',
    cure: { text: 'Say that it is one.', command: `petri container create NAME --from ${kind}:${source.path}` },
  })
}

function otherArchitecture(
  label: string,
  asked: ContainerArchitecture,
  really: ContainerArchitecture | undefined,
): RefusedError {
  return new RefusedError({
    code: 'invalid',
    title: really === undefined ? `No program was found in ${label}` : `${label} is not for ${asked}`,
    evidence:
      really === undefined
        ? 'There is no /bin/sh, /usr/bin/env, /bin/busybox or /sbin/init.'
        : `Its programs are for ${really} (${architectureLabels[really]}).`,
    cause:
      really === undefined
        ? 'This may be no root file system, or it lies in a folder inside the archive.'
        : 'Another architecture was asked for than this root file system has.',
    ...(really !== undefined && {
      cure: {
        text: `Ask for ${really}, or take another root file system.`,
        command: `petri container create NAME --arch ${really} --from …`,
      },
    }),
  })
}

export function labelOf(source: ContainerSource): string {
  switch (source.kind) {
    case 'base':
      return source.baseId
    case 'file':
    case 'folder':
      return basename(source.path).slice(0, 200) || source.path.slice(0, 200)
    case 'debian':
      return `Debian ${source.suite} (${source.variant}${source.packages.length === 0 ? '' : `, ${source.packages.length} more packages`})`
    case 'oci':
      return source.reference.slice(0, 200)
  }
}

/** A file is known by what the file system says of it: hashing it would take longer than everything else. */
async function idFor(source: ContainerSource, architecture: ContainerArchitecture): Promise<string> {
  if (source.kind === 'base') return source.baseId
  const parts: unknown[] = [architecture, source]
  const path = source.kind === 'oci' ? ociArchive(source.reference) : source.kind === 'debian' ? undefined : source.path
  if (path !== undefined) {
    const facts = await stat(path, { bigint: true }).catch((error: unknown) => {
      throw new RefusedError(
        { code: 'not-found', title: `There is no ${path}`, cure: { text: 'Check the path.' } },
        error,
      )
    })
    parts.push(String(facts.dev), String(facts.ino), String(facts.size), String(facts.mtimeNs))
  }
  return `base-${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 20)}`
}

/** What an owner that was killed left half-made. Jobs of bases run one after the other, so none of it is anybody's. */
async function removeLeftovers(folders: ContainerFolders, idMap: IdMap): Promise<void> {
  const names = await readdir(folders.layers)
  await removeInIdMap(
    idMap,
    names.filter((name) => name.startsWith(NEW_PREFIX)).map((name) => join(folders.layers, name)),
  )
}

export function shownBase(base: BaseFile, usedBy: readonly string[]): ContainerBase {
  const { version: _version, ...rest } = base
  return { ...rest, usedBy: [...usedBy] }
}
