import type { VmSpec } from '#contract/vm-spec'

import { nodeName } from '../qemu/node-name.ts'
import { frozenPathsOf } from '../vm/frozen-disks.ts'
import { uefiVarsFile } from '../vm/sandbox-paths.ts'

/** One file of a machine that takes part in its snapshots. */
export interface SnapshotVolume {
  /** QEMU's name of the node that a snapshot is taken of. */
  readonly node: string
  /** As in the spec: absolute, or relative to the machine's folder. */
  readonly path: string
  /** Frozen disks below it, which a program that opens it opens as well, relative to the machine's folder. */
  readonly frozenPaths: readonly string[]
}

/**
 * What a snapshot of this machine is made of: every disk that it can write, and its UEFI variables. The first one also
 * takes the guest's memory.
 */
export function snapshotVolumes(spec: Pick<VmSpec, 'disks'>, hasUefiVars: boolean): readonly SnapshotVolume[] {
  return [
    ...spec.disks
      .filter((disk) => !disk.readOnly)
      .map((disk) => ({
        node: `${nodeName('disk', disk.id)}-data`,
        path: disk.path,
        frozenPaths: frozenPathsOf({ disks: [disk] }),
      })),
    ...(hasUefiVars ? [{ node: 'uefi-vars', path: uefiVarsFile, frozenPaths: [] }] : []),
  ]
}
