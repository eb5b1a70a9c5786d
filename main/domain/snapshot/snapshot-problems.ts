import type { Problem } from '#contract/problem'
import type { VmSpec } from '#contract/vm-spec'
import type { VmState } from '#contract/vm-state'

import { error, warning } from '../vm/problems/make-problem.ts'

/** For the tables of a snapshot and what a file system needs of its own, in bytes. */
const MARGIN_BYTES = 16 * 1024 * 1024

/** States in which a machine's disks may be taken, changed and given back. */
export type SnapshotState = 'stopped' | 'running' | 'paused'

export function isSnapshotState(kind: VmState['kind']): kind is SnapshotState {
  return kind === 'stopped' || kind === 'running' || kind === 'paused'
}

/** What a snapshot may need at most: memory that is all zeroes takes no room, and no one knows that before. */
export function snapshotNeedsBytes(memoryMiB: number, withMemory: boolean): number {
  return MARGIN_BYTES + (withMemory ? memoryMiB * 1024 * 1024 : 0)
}

/** Why no snapshot can be made of a machine as it is now; warnings say what one would not hold. */
export function snapshotProblems(
  spec: VmSpec,
  facts: {
    readonly state: VmState['kind']
    readonly hasUefiVars: boolean
    readonly withMemory: boolean
    /** Disks or cards were plugged in or out since the start. */
    readonly devicesChanged?: boolean
  },
  space: { readonly neededBytes: number; readonly freeBytes: number },
): readonly Problem[] {
  const writable = spec.disks.flatMap((disk, index) => (disk.readOnly ? [] : [{ disk, index }]))
  return [
    ...stateProblems(facts.state),
    ...writable.flatMap(({ disk, index }) =>
      disk.format === 'qcow2'
        ? []
        : [
            error(
              `disks[${index}].format`,
              'snapshot-needs-qcow2',
              `The disk ${disk.path} is ${disk.format}, a format that cannot hold snapshots.`,
              'Convert it to qcow2, or mark it as read-only.',
            ),
          ],
    ),
    ...(writable.length === 0 && !facts.hasUefiVars
      ? [
          error(
            'disks',
            'snapshot-needs-disk',
            'This machine has no disk that it writes, so there is no state to keep.',
            'Add a qcow2 disk. Its memory alone can be kept by suspending it.',
          ),
        ]
      : []),
    ...(facts.devicesChanged === true
      ? [
          error(
            '',
            'snapshot-devices-changed',
            'Disks or network cards came or went while it ran: they have other places from the next start on.',
            'Shut it down and start it once; then snapshots can be made again.',
          ),
        ]
      : []),
    ...(space.freeBytes < space.neededBytes
      ? [
          error(
            '',
            'snapshot-needs-space',
            `A snapshot may need ${mebibytes(space.neededBytes)} MiB, and ${mebibytes(space.freeBytes)} MiB are free.`,
            facts.withMemory ? 'Free some space, or leave the memory out.' : 'Free some space first.',
          ),
        ]
      : []),
    ...spec.disks.flatMap((disk, index) =>
      disk.readOnly
        ? [warning(`disks[${index}]`, 'snapshot-leaves-out', `${disk.path} is read-only and is left out.`)]
        : [],
    ),
  ]
}

/** Why a machine in this state is not touched. */
export function stateProblems(state: VmState['kind']): readonly Problem[] {
  if (isSnapshotState(state)) return []
  if (state === 'suspended')
    return [
      error(
        '',
        'machine-suspended',
        'The machine is suspended: its saved memory fits its disks only as they are now.',
        'Start it, or discard the saved memory.',
      ),
    ]
  return [
    error(
      '',
      state === 'not-answering' ? 'machine-not-answering' : 'machine-busy',
      state === 'not-answering' ? 'The machine does not answer.' : `The machine is ${state}.`,
      state === 'not-answering' ? 'Wait until it answers, or power it off.' : 'Wait until that is done.',
    ),
  ]
}

const mebibytes = (bytes: number) => Math.ceil(bytes / 1024 / 1024)
