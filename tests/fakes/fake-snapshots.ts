import type { ApiEvent, CallParams, CallResult } from '#contract/api'
import type { Job } from '#contract/job'
import type { Problem } from '#contract/problem'
import type { Snapshot, SnapshotListing } from '#contract/snapshot'

import type { FakeMachine } from './fake-machines.ts'

type CallName =
  | `snapshot.${'list' | 'show' | 'thumbnail' | 'create' | 'outlook' | 'revert' | 'delete' | 'note'}`
  | 'vm.clone'
  | 'vm.dependants'
type SnapshotHandlers = { readonly [N in CallName]: (params: CallParams<N>) => CallResult<N> }

const GIB = 1024 ** 3
/** A dark green rectangle of 16 x 9. */
const PICTURE =
  'iVBORw0KGgoAAAANSUhEUgAAABAAAAAJCAIAAAC0SDtlAAAAE0lEQVR42mPgszEgCTGMahgUGgAN3kShHzMmggAAAABJRU5ErkJggg=='

/** Snapshots of the fake owner: a tree below the machine `web`, none elsewhere; jobs end at once. */
export function fakeSnapshotHandlers(
  find: (id: string) => FakeMachine,
  announce: (event: ApiEvent) => void,
): SnapshotHandlers {
  const trees = new Map<string, { snapshots: readonly Snapshot[]; parent: string | null }>([
    ['web', { snapshots: webSnapshots, parent: idOf(3) }],
  ])
  let made = 0
  const treeOf = (vmId: string) => trees.get(vmId) ?? { snapshots: [], parent: null }
  const snapshotOf = (vmId: string, snapshotId: string): Snapshot => {
    const found = treeOf(vmId).snapshots.find(({ id }) => id === snapshotId)
    if (found === undefined) throw new Error(`There is no snapshot ${snapshotId}`)
    return found
  }
  const change = (vmId: string, tree: { snapshots: readonly Snapshot[]; parent: string | null }) => {
    trees.set(vmId, tree)
    announce({ kind: 'snapshot.changed', vmId })
  }
  const job = (kind: string, vmId: string, title: string, result: Readonly<Record<string, unknown>> = {}) => {
    const at = new Date().toISOString()
    const begun: Job = {
      ...{ id: `job-s${++made}`, kind, title, subject: { kind: 'vm', id: vmId }, createdAt: at },
      ...{ canPause: false, canRetry: true, state: { kind: 'queued' } },
    }
    announce({ kind: 'job.changed', job: begun })
    const state = { kind: 'done', at, seconds: 1, summary: `${title}: done.`, result: { ...result } } as const
    announce({ kind: 'job.changed', job: { ...begun, state } })
    return { jobId: begun.id }
  }

  return {
    'snapshot.list': ({ id }) => {
      const { snapshots, parent } = treeOf(id)
      return { ...emptyListing(find(id)), snapshots: [...snapshots], here: here(parent) }
    },
    'snapshot.show': ({ id, snapshotId }) => ({ snapshot: snapshotOf(id, snapshotId), spec: find(id).spec }),
    'snapshot.thumbnail': () => ({ base64: PICTURE }),
    'snapshot.create': ({ id, name = 'Snapshot', notes = '' }) => {
      const tree = treeOf(id)
      const snapshot = fakeSnapshot(20 + ++made, name, tree.parent, { notes })
      change(id, { snapshots: [...tree.snapshots, snapshot], parent: snapshot.id })
      return job('snapshot.create', id, `Snapshot of ${find(id).spec.name}`, { snapshotId: snapshot.id })
    },
    'snapshot.outlook': ({ id, snapshotId, action }) => ({
      losses:
        action === 'revert'
          ? [
              'What was written since “Web server set up” (about 12 MiB) is lost, unless a snapshot of it is made before.',
              'The machine is switched off for it; programs that run in the guest now are ended.',
            ]
          : [`The state “${snapshotOf(id, snapshotId).name}” is gone for good.`],
      effects: ['The machine then runs on from the moment of the snapshot.'],
      problems: [],
    }),
    'snapshot.revert': ({ id, snapshotId }) => {
      change(id, { ...treeOf(id), parent: snapshotId })
      return job('snapshot.revert', id, `${find(id).spec.name}: back`, { keptAs: null })
    },
    'snapshot.delete': ({ id, snapshotId }) => {
      const gone = snapshotOf(id, snapshotId)
      const { snapshots, parent } = treeOf(id)
      change(id, {
        snapshots: snapshots
          .filter((each) => each !== gone)
          .map((each) => (each.parent === gone.id ? { ...each, parent: gone.parent } : each)),
        parent: parent === gone.id ? gone.parent : parent,
      })
      return job('snapshot.delete', id, `Delete ${gone.name}`)
    },
    'snapshot.note': ({ id, snapshotId, name, notes }) => {
      const tree = treeOf(id)
      const noted = tree.snapshots.map((each) =>
        each.id === snapshotId
          ? { ...each, ...(name !== undefined && { name }), ...(notes !== undefined && { notes }) }
          : each,
      )
      change(id, { ...tree, snapshots: noted })
      return {}
    },
    'vm.clone': ({ id }) => job('vm.clone', id, `Clone of ${find(id).spec.name}`, { id: `clone-${made}` }),
    'vm.dependants': () => [],
  }
}

const idOf = (number: number) => `snap-${String(number).padStart(12, '0')}`

const here = (parent: string | null): SnapshotListing['here'] => ({
  parent,
  changed: true,
  changedBytes: 12 * 1024 * 1024,
})

function emptyListing({ spec, state }: FakeMachine): Omit<SnapshotListing, 'snapshots' | 'here'> {
  const isLive = state.kind === 'running' || state.kind === 'paused'
  const noDisk: Problem = {
    field: 'disks',
    code: 'snapshot-needs-disk',
    severity: 'error',
    message: 'This machine has no disk that it writes, so there is no state to keep.',
    cure: 'Add a qcow2 disk. Its memory alone can be kept by suspending it.',
  }
  return {
    problems: spec.disks.length === 0 ? [noDisk] : [],
    canHoldMemory: isLive,
    neededBytes: isLive ? spec.memoryMiB * 1024 * 1024 : 0,
    freeBytes: 96 * GIB,
    damaged: [],
  }
}

function fakeSnapshot(number: number, name: string, parent: string | null, change: Partial<Snapshot> = {}): Snapshot {
  return {
    id: idOf(number),
    name,
    notes: '',
    createdAt: `2026-03-0${(number % 9) + 1}T09:30:00.000Z`,
    parent,
    memory: false,
    memoryBytes: 0,
    diskBytes: number * 90_000_000,
    automatic: false,
    thumbnail: false,
    ...change,
  }
}

const live = { memory: true, memoryBytes: 412_000_000, thumbnail: true } as const
const webSnapshots: readonly Snapshot[] = [
  fakeSnapshot(1, 'Installed', null, { notes: 'Debian 12, nothing added.\nUser me, password as always.' }),
  fakeSnapshot(2, 'Tried-a-name-without-any-space-that-goes-on-and-on-and-on-until-it-has-to-be-cut', idOf(1)),
  fakeSnapshot(4, 'Before going back to Installed', idOf(2), { automatic: true }),
  fakeSnapshot(3, 'Web server set up', idOf(1), live),
]
