import type { Disk, VmSpec } from '#contract/vm-spec'

/** What becomes of one disk in a clone. */
export type DiskStep =
  /** Stays where it is: read-only and outside the machine's folder, so both may use it. */
  | { readonly kind: 'share'; readonly disk: Disk }
  /** Never written: the same file under a second name, where the file system allows it. */
  | { readonly kind: 'link-file'; readonly disk: Disk }
  /** Byte by byte. */
  | { readonly kind: 'copy'; readonly disk: Disk }
  /** Read through qemu-img into a qcow2 of its own: a state inside it, or a disk that lies upon others. */
  | { readonly kind: 'convert'; readonly disk: Disk }
  /** An empty layer upon the source's disk, which is frozen for it. */
  | { readonly kind: 'layer'; readonly disk: Disk }

/**
 * How each disk of a machine gets into its clone. A disk outside the machine's folder that it can write is copied like
 * its own: two machines never write one file.
 */
export function cloneSteps(
  spec: Pick<VmSpec, 'disks'>,
  kind: 'full' | 'linked',
  fromSnapshot: boolean,
): readonly DiskStep[] {
  return spec.disks.map((disk): DiskStep => {
    const isOutside = disk.path.startsWith('/')
    if (disk.readOnly && isOutside) return { kind: 'share', disk }
    if (disk.readOnly && disk.backing === undefined) return { kind: 'link-file', disk }
    if (kind === 'linked' && !disk.readOnly) return { kind: 'layer', disk }
    if (fromSnapshot || disk.backing !== undefined) return { kind: 'convert', disk }
    return { kind: 'copy', disk }
  })
}

/** Where a disk lies in the clone's folder; one from elsewhere gets a name after its id. */
export function clonedPath(disk: Pick<Disk, 'id' | 'path' | 'format'>): string {
  return disk.path.startsWith('/') ? `disk-${disk.id}.${disk.format}` : disk.path
}

/** The disk as the clone's spec has it; `backing` as it was made for it. */
export function clonedDisk(step: DiskStep, backing: Disk['backing']): Disk {
  const { backing: _old, ...disk } = step.disk
  switch (step.kind) {
    case 'share':
      return disk
    case 'link-file':
    case 'copy':
      return { ...disk, path: clonedPath(disk) }
    case 'convert':
      return { ...disk, format: 'qcow2', path: clonedPath({ ...disk, format: 'qcow2' }) }
    case 'layer':
      return { ...disk, format: 'qcow2', path: clonedPath({ ...disk, format: 'qcow2' }), ...(backing && { backing }) }
  }
}
