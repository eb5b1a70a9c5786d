import { join } from 'node:path'

import type { UserDirs } from '../../system/user-dirs.ts'

/** Where the parts of containers are. The names here are the only place that knows them; see docs/containers.md. */
export interface ContainerFolders {
  readonly containers: string
  readonly trash: string
  /** Bases and layers side by side: the kernel's mount options name them relative to this folder. */
  readonly layers: string
  readonly cache: string
  /** LXC's own folder for what runs; the names of its sockets begin with it. */
  readonly lxc: string
  container(id: string): string
  containerFile(id: string): string
  /** What the container itself wrote since its last snapshot. */
  upper(id: string): string
  work(id: string): string
  root(id: string): string
  base(id: string): string
  baseFile(id: string): string
  state(id: string): string
  runtime(id: string): string
  runRecord(id: string): string
}

export function containerFolders(dirs: UserDirs): ContainerFolders {
  const containers = join(dirs.data, 'containers')
  const layers = join(dirs.data, 'layers')
  const container = (id: string) => join(containers, id)
  const base = (id: string) => join(layers, id)
  const runtime = (id: string) => join(dirs.runtime, 'container', id)
  return {
    containers,
    layers,
    container,
    base,
    runtime,
    trash: join(dirs.data, 'container-trash'),
    cache: dirs.cache,
    lxc: join(dirs.runtime, 'lxc'),
    containerFile: (id) => join(container(id), 'container.json'),
    upper: (id) => join(container(id), 'upper'),
    work: (id) => join(container(id), 'work'),
    root: (id) => join(container(id), 'root'),
    baseFile: (id) => join(base(id), 'base.json'),
    state: (id) => join(dirs.state, 'container', id),
    runRecord: (id) => join(runtime(id), 'run.json'),
  }
}
