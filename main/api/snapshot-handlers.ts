import { apiCalls } from '#contract/api'
import type { JobService } from '../services/jobs/job-service.ts'
import { RefusedError } from '../services/refused-error.ts'
import { createCloneService } from '../services/vm/clone/clone-service.ts'
import { dependantsOf } from '../services/vm/clone/dependants.ts'
import { createSnapshotService } from '../services/vm/snapshot/snapshot-service.ts'
import type { VmService } from '../services/vm/vm-service.ts'
import { bound, type Handlers } from './dispatch.ts'

/** The calls about machines that are answered here. */
export type CloneCallName = 'vm.clone' | 'vm.dependants' | 'vm.duplicate'
type SnapshotCalls = {
  readonly [N in keyof Handlers as N extends `snapshot.${string}` | CloneCallName ? N : never]: Handlers[N]
}

/** The calls about snapshots and clones. */
export function snapshotHandlers(vms: VmService, jobs: JobService, onChanged: (vmId: string) => void): SnapshotCalls {
  const shared = { context: vms.context, stateOf: vms.stateOf, hold: vms.hold, jobs }
  const snapshots = createSnapshotService({ ...shared, onChanged })
  const clones = createCloneService(shared)
  return {
    'snapshot.list': bound(apiCalls['snapshot.list'], async ({ id }) => await snapshots.list(id)),
    'snapshot.show': bound(
      apiCalls['snapshot.show'],
      async ({ id, snapshotId }) => await snapshots.show(id, snapshotId),
    ),
    'snapshot.thumbnail': bound(apiCalls['snapshot.thumbnail'], async ({ id, snapshotId }) => ({
      base64: await snapshots.thumbnail(id, snapshotId),
    })),
    'snapshot.create': bound(apiCalls['snapshot.create'], async (params) => ({
      jobId: await snapshots.create(params),
    })),
    'snapshot.outlook': bound(
      apiCalls['snapshot.outlook'],
      async ({ id, snapshotId, action }) => await snapshots.outlook(id, snapshotId, action),
    ),
    'snapshot.revert': bound(apiCalls['snapshot.revert'], async (params) => ({
      jobId: await snapshots.revert(params),
    })),
    'snapshot.delete': bound(apiCalls['snapshot.delete'], async (params) => ({
      jobId: await snapshots.delete(params),
    })),
    'snapshot.note': bound(apiCalls['snapshot.note'], async (params) => {
      await snapshots.note(params)
      return {}
    }),
    'vm.clone': bound(apiCalls['vm.clone'], async (params) => ({ jobId: await clones.clone(params) })),
    'vm.dependants': bound(apiCalls['vm.dependants'], async ({ id }) => {
      vms.show(id)
      return [...(await dependantsOf(vms.context, id))]
    }),
    // A full clone whose end is waited for.
    'vm.duplicate': bound(apiCalls['vm.duplicate'], async ({ id, name }) => {
      const { state } = await jobs.ended(await clones.clone({ id, name, kind: 'full' }))
      if (state.kind === 'done' && typeof state.result['id'] === 'string') return { id: state.result['id'] }
      throw new RefusedError(
        state.kind === 'failed' ? state.failure : { code: 'cancelled', title: 'The copy was cancelled' },
      )
    }),
  }
}
