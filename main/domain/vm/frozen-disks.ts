import type { Disk, VmSpec } from '#contract/vm-spec'

/**
 * Where a frozen disk (`<machine id>/base-….qcow2`) is, as a path relative to the folder of any machine: all machines'
 * folders lie beside each other. No path of a spec may look like this, so it also serves as a key of facts.
 */
export function frozenPath(frozen: string): string {
  return `../${frozen}`
}

/** The same as an absolute path, given the folder of any machine. */
export function frozenHostPath(vmFolder: string, frozen: string): string {
  return `${vmFolder.slice(0, vmFolder.lastIndexOf('/'))}/${frozen}`
}

/** The name of a frozen disk as the header of a file at `path` has it: relative, so that the data folder can be moved. */
export function backingName(path: string, frozen: string): string {
  return `${'../'.repeat(path.split('/').filter((part) => part !== '' && part !== '.').length)}${frozen}`
}

/** The machine in whose folder a frozen disk lies. */
export function frozenOwner(frozen: string): string {
  return frozen.slice(0, frozen.indexOf('/'))
}

/** What a frozen disk of a machine is called in its folder. `tag`: random, or the snapshot it was made of. */
export function frozenName(diskId: string, tag: string): string {
  return `base-${diskId}-${tag}.qcow2`
}

/** Whether a file in a machine's folder is a frozen disk, by its name. */
export function isFrozenDisk(fileName: string): boolean {
  return /^base-[a-z0-9-]+\.qcow2$/.test(fileName)
}

/** A layer that lies upon another: its file relative to the machine's folder, and the name its header has to hold. */
export interface Layer {
  readonly path: string
  /** undefined: it is the lowest and must name none. */
  readonly backingName: string | undefined
}

/** The files of a disk from the top down, each with what its header has to say about the next. */
export function diskLayers(disk: Pick<Disk, 'path' | 'backing'>): readonly Layer[] {
  const frozen = disk.backing ?? []
  const name = (path: string, below: string | undefined) => (below === undefined ? undefined : backingName(path, below))
  return [
    { path: disk.path, backingName: name(disk.path, frozen[0]) },
    // A frozen disk lies directly in a machine's folder.
    ...frozen.map((each, index) => ({ path: frozenPath(each), backingName: name('base', frozen[index + 1]) })),
  ]
}

/** Every frozen disk that a machine needs, as a path relative to its folder. */
export function frozenPathsOf(spec: Pick<VmSpec, 'disks'>): readonly string[] {
  return [...new Set(spec.disks.flatMap(({ backing }) => backing ?? []))].map(frozenPath)
}

/** Whether a machine's disks lie upon frozen ones in the folder of machine `ownerId`, other than itself. */
export function needsDisksOf(spec: Pick<VmSpec, 'id' | 'disks'>, ownerId: string): boolean {
  if (spec.id === ownerId) return false
  return spec.disks.some(({ backing }) => backing?.some((frozen) => frozenOwner(frozen) === ownerId))
}
