import type { JobService } from '../../jobs/job-service.ts'
import { RefusedError } from '../../refused-error.ts'
import { readSnapshot } from '../snapshot/snapshot-files.ts'
import type { VmContext } from '../vm-context.ts'
import type { Hold } from '../vm-holds.ts'
import { startVmJob } from '../vm-job.ts'
import { checkRoom, cloneVm, freeCopyName } from './clone-vm.ts'
import { isSnapshotState } from '../../../domain/snapshot/snapshot-problems.ts'
import type { VmState } from '#contract/vm-state'

export interface CloneRequest {
  readonly id: string
  readonly name?: string | undefined
  readonly kind: 'full' | 'linked'
  readonly snapshotId?: string | undefined
}

/** Makes clones as jobs; the job's result is `{ id }`. */
export function createCloneService(options: {
  readonly context: VmContext
  readonly stateOf: (id: string) => VmState
  readonly hold: Hold
  readonly jobs: JobService
}) {
  const { context, stateOf, hold, jobs } = options
  return {
    async clone(params: CloneRequest): Promise<string> {
      const { id, kind, snapshotId } = params
      const source = context.library.spec(id)
      return await startVmJob(hold, jobs, {
        id,
        what: 'cloning',
        kind: 'vm.clone',
        title: `Clone of ${source.name}`,
        params,
        prepare: async () => {
          const record = snapshotId === undefined ? undefined : await readSnapshot(context.folders, id, snapshotId)
          mustStandStill(source.name, id, stateOf(id).kind, record !== undefined, kind)
          if (kind === 'full') await checkRoom(context, source, record)
          return { kind, record, name: params.name ?? freeCopyName(context, source.name) }
        },
        run: async (wish, work) => {
          const clone = await cloneVm(context, id, wish, work)
          context.changed(clone.id)
          const isLinked = clone.disks.some(({ backing }) => backing !== undefined)
          const how = isLinked ? `It needs ${source.name} to stay.` : 'It needs no other machine.'
          return { summary: `Made “${clone.name}”. ${how}`, result: { id: clone.id } }
        },
      })
    },
  }
}

/** A present state is copied at rest; a snapshot's stands still whatever the machine does. */
function mustStandStill(
  name: string,
  id: string,
  state: VmState['kind'],
  fromSnapshot: boolean,
  kind: 'full' | 'linked',
): void {
  if (state === 'stopped' || (fromSnapshot && isSnapshotState(state))) return
  if (state === 'suspended' && (fromSnapshot || kind === 'full')) return
  const isOn = state !== 'suspended'
  throw new RefusedError({
    code: 'conflict',
    title: `${name} is ${state === 'paused' ? 'running' : state}`,
    cause: isOn
      ? 'The disks of a running machine change while they are copied.'
      : 'Its saved memory fits its disks only as they are now.',
    cure: isOn
      ? { text: 'Shut it down first, or clone one of its snapshots.', command: `petri stop ${id}` }
      : { text: 'Start and shut it down, discard the saved memory, or make a full clone.' },
  })
}
