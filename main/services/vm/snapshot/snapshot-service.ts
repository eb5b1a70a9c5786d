import { readFile } from 'node:fs/promises'

import type { Failure } from '#contract/failure'
import type { Problem } from '#contract/problem'
import type { Snapshot, SnapshotListing, SnapshotOutlook } from '#contract/snapshot'
import type { VmSpec } from '#contract/vm-spec'
import type { VmState } from '#contract/vm-state'
import { deleteOutlook, revertedSpec, revertOutlook } from '../../../domain/snapshot/snapshot-outlook.ts'
import { snapshotNeedsBytes, snapshotProblems, stateProblems } from '../../../domain/snapshot/snapshot-problems.ts'
import type { JobService } from '../../jobs/job-service.ts'
import { RefusedError } from '../../refused-error.ts'
import { readLiveRecord } from '../live/live-record.ts'
import { decide, refuseTemplate, startVm } from '../start-vm.ts'
import type { VmContext } from '../vm-context.ts'
import type { Hold } from '../vm-holds.ts'
import { startVmJob } from '../vm-job.ts'
import { loadLive } from './live-snapshots.ts'
import { removeSnapshot } from './remove-snapshot.ts'
import { revertMachine } from './revert-machine.ts'
import { readSnapshot, readSnapshots, type SnapshotRecord, thumbnailFile, writeSnapshot } from './snapshot-files.ts'
import { takeSnapshot } from './take-snapshot.ts'
import { freeBytes, hasUefiVars, measureVolumes, snapshotsInside, volumeFiles } from './volume-files.ts'

/** Longest picture that is read, in bytes; the largest screens make some MiB. */
const PICTURE_LIMIT = 16 * 1024 * 1024

export interface SnapshotServiceOptions {
  readonly context: VmContext
  readonly stateOf: (id: string) => VmState
  readonly hold: Hold
  readonly jobs: JobService
  /** The snapshots of a machine are not as they were. */
  readonly onChanged: (vmId: string) => void
}

/** Every use case of snapshots. Long ones are jobs; refusals come before the job. */
export function createSnapshotService({ context, stateOf, hold, jobs, onChanged }: SnapshotServiceOptions) {
  const { folders, library } = context

  const looked = async (spec: VmSpec, withMemory: boolean) => {
    const uefiVars = hasUefiVars(folders, spec)
    const volumes = volumeFiles(folders, spec, uefiVars)
    const stored = await readSnapshots(folders, spec.id)
    const running = context.sessions.has(spec.id)
    const { stamp, allocatedBytes } = await measureVolumes(volumes)
    const neededBytes = snapshotNeedsBytes(spec.memoryMiB, withMemory && running)
    const free = await freeBytes(folders, spec.id, volumes)
    const state = stateOf(spec.id).kind
    const { devicesChanged } = await readLiveRecord(folders, spec.id)
    const problems = snapshotProblems(
      spec,
      { state, hasUefiVars: uefiVars, withMemory: withMemory && running, devicesChanged: running && devicesChanged },
      { neededBytes, freeBytes: free },
    )
    const here = {
      parent: stored.here?.parent ?? null,
      changed: running || stored.here === undefined || stored.here.stamp !== stamp,
      changedBytes: Math.max(0, allocatedBytes - (stored.here?.allocatedBytes ?? 0)),
    }
    return { stored, running, neededBytes, free, problems, here }
  }

  const canRevert = async (id: string, record: SnapshotRecord, memory: boolean): Promise<readonly Problem[]> => {
    const problems = [...stateProblems(stateOf(id).kind), ...(await goneFrom(record))]
    if (!record.snapshot.memory || !memory) return problems
    const { emulators } = await context.host.facts()
    const installed = emulators[record.spec.architecture]?.version.join('.')
    if (installed === record.emulatorVersion) return problems
    return [
      ...problems,
      problem(
        'snapshot-other-qemu',
        `Its memory was saved by QEMU ${record.emulatorVersion}, and installed is ${installed ?? 'none'}.`,
        'Go back to its disks alone, without the memory.',
      ),
    ]
  }

  /** Disks in which the snapshot is no longer: it was deleted there by another program, or the file is gone. */
  const goneFrom = async (record: SnapshotRecord): Promise<readonly Problem[]> => {
    const problems: Problem[] = []
    for (const volume of volumeFiles(folders, record.spec, record.hasUefiVars)) {
      const inside = await snapshotsInside(volume).catch(() => undefined)
      if (inside?.has(record.snapshot.id)) continue
      const message = inside ? `${volume.path} holds this snapshot no more.` : `${volume.path} cannot be read.`
      problems.push(problem('snapshot-gone', message, 'Put a good copy of that disk back in its place.'))
    }
    return problems
  }

  return {
    async list(id: string): Promise<SnapshotListing> {
      const spec = library.spec(id)
      const { stored, here, problems, running, neededBytes, free } = await looked(spec, true)
      return {
        snapshots: stored.records.map(({ snapshot }) => snapshot),
        here,
        problems: [...problems],
        canHoldMemory: running,
        neededBytes,
        freeBytes: Number.isFinite(free) ? free : 0,
        damaged: [...stored.damaged],
      }
    },

    async show(id: string, snapshotId: string): Promise<{ snapshot: Snapshot; spec: VmSpec }> {
      library.spec(id)
      const { snapshot, spec } = await readSnapshot(folders, id, snapshotId)
      return { snapshot, spec }
    },

    async thumbnail(id: string, snapshotId: string): Promise<string | null> {
      library.spec(id)
      const { snapshot } = await readSnapshot(folders, id, snapshotId)
      if (!snapshot.thumbnail) return null
      const bytes = await readFile(thumbnailFile(folders, id, snapshotId)).catch(() => undefined)
      return bytes && bytes.length <= PICTURE_LIMIT ? bytes.toString('base64') : null
    },

    async create(params: { id: string; name?: string | undefined; notes: string; memory: boolean }): Promise<string> {
      const { id, notes, memory } = params
      const spec = library.spec(id)
      return await startVmJob(hold, jobs, {
        ...{ id, what: 'making a snapshot of', kind: 'snapshot.create', title: `Snapshot of ${spec.name}`, params },
        onEnd: () => onChanged(id),
        prepare: async () => {
          const { problems, stored } = await looked(spec, memory)
          refuse(`No snapshot of ${spec.name} can be made`, problems)
          return params.name ?? freeName(stored.records)
        },
        run: async (name, work) => {
          const { snapshot } = await takeSnapshot(context, spec, { name, notes, memory, automatic: false }, work)
          return { summary: `Made the snapshot “${snapshot.name}”.`, result: { snapshotId: snapshot.id } }
        },
      })
    },

    async outlook(id: string, snapshotId: string, action: 'revert' | 'delete'): Promise<SnapshotOutlook> {
      const presentSpec = library.spec(id)
      const record = await readSnapshot(folders, id, snapshotId)
      const { stored, here, running } = await looked(presentSpec, true)
      const facts = {
        target: record.snapshot,
        targetSpec: record.spec,
        presentSpec,
        snapshots: stored.records.map(({ snapshot }) => snapshot),
        here,
        isRunning: running,
      }
      return action === 'revert'
        ? revertOutlook({ ...facts, problems: await canRevert(id, record, true) })
        : deleteOutlook({ ...facts, problems: stateProblems(stateOf(id).kind) })
    },

    async revert(params: { id: string; snapshotId: string; memory: boolean; keepPresent: boolean }): Promise<string> {
      const { id, snapshotId } = params
      const spec = library.spec(id)
      const { snapshot } = await readSnapshot(folders, id, snapshotId)
      const title = `${spec.name}: back to ${snapshot.name}`
      return await startVmJob(hold, jobs, {
        ...{ id, what: 'taking back', kind: 'snapshot.revert', title, params },
        onEnd: () => onChanged(id),
        prepare: async () => {
          const record = await readSnapshot(folders, id, snapshotId)
          const withMemory = record.snapshot.memory && params.memory
          refuse(`${spec.name} cannot go back to “${snapshot.name}”`, await canRevert(id, record, params.memory))
          // Whatever forbids the start is better known before the present state is gone.
          if (withMemory) refuseTemplate(spec)
          if (withMemory) await decide(context, revertedSpec(spec, record.spec))
          const present = await looked(spec, true)
          const keep = params.keepPresent && present.here.changed
          if (keep) refuse(`The present state of ${spec.name} cannot be kept`, present.problems, withoutKeeping)
          return { record, withMemory, keep }
        },
        run: async ({ record, withMemory, keep }, work) => {
          const wish = { name: beforeName(snapshot.name), notes: '', memory: true, automatic: true }
          const kept = keep ? (await takeSnapshot(context, spec, wish, work)).snapshot.id : null
          work.signal.throwIfAborted()
          work.progress({ phase: 'Going back' })
          await context.sessions.get(id)?.powerOff()
          await revertMachine(context, id, record)
          context.changed(id)
          if (withMemory) {
            work.progress({ phase: 'Loading the memory' })
            const volumes = volumeFiles(folders, record.spec, record.hasUefiVars)
            await startVm(context, library.spec(id), async (session) => await loadLive(session, snapshotId, volumes))
          }
          const then = withMemory ? 'It runs on from there.' : 'It is off.'
          return { summary: `${spec.name} is back at “${snapshot.name}”. ${then}`, result: { keptAs: kept } }
        },
      })
    },

    async delete(params: { id: string; snapshotId: string }): Promise<string> {
      const { id, snapshotId } = params
      const spec = library.spec(id)
      const { snapshot } = await readSnapshot(folders, id, snapshotId)
      const title = `Delete the snapshot ${snapshot.name} of ${spec.name}`
      return await startVmJob(hold, jobs, {
        ...{ id, what: 'deleting a snapshot of', kind: 'snapshot.delete', title, params },
        onEnd: () => onChanged(id),
        prepare: async () => {
          await readSnapshot(folders, id, snapshotId)
          refuse(`The snapshot “${snapshot.name}” cannot be deleted now`, stateProblems(stateOf(id).kind))
        },
        run: async (_, work) => {
          work.progress({ phase: 'Deleting' })
          await removeSnapshot(context, id, snapshotId)
          return { summary: `Deleted the snapshot “${snapshot.name}”.`, result: {} }
        },
      })
    },

    async note(params: {
      id: string
      snapshotId: string
      name?: string | undefined
      notes?: string | undefined
    }): Promise<void> {
      const { id, snapshotId, name, notes } = params
      library.spec(id)
      const release = await hold(id, 'writing the notes of')
      try {
        const record = await readSnapshot(folders, id, snapshotId)
        const snapshot = {
          ...record.snapshot,
          ...(name !== undefined && { name, automatic: false }),
          ...(notes !== undefined && { notes }),
        }
        await writeSnapshot(folders, id, { ...record, snapshot })
        onChanged(id)
      } finally {
        release()
      }
    },
  }
}

const withoutKeeping: Failure['cure'] = { text: 'Mend that, or go back without keeping the present state.' }

function refuse(title: string, problems: readonly Problem[], cure?: Failure['cure']): void {
  const first = problems.find(({ severity }) => severity === 'error')
  if (!first) return
  const codes: Readonly<Record<string, Failure['code']>> = {
    'snapshot-needs-space': 'no-space',
    'machine-not-answering': 'not-answering',
    'machine-busy': 'conflict',
    'machine-suspended': 'conflict',
    'snapshot-devices-changed': 'conflict',
  }
  throw new RefusedError({
    code: codes[first.code] ?? 'invalid',
    title,
    evidence: first.message,
    cure: cure ?? (first.cure === undefined ? undefined : { text: first.cure }),
    problems: [...problems],
  })
}

const problem = (code: string, message: string, cure: string): Problem => ({
  field: '',
  code,
  severity: 'error',
  message,
  cure,
})

/** The first “Snapshot n” that is not taken. */
function freeName(records: readonly SnapshotRecord[]): string {
  const taken = new Set(records.map(({ snapshot }) => snapshot.name))
  let number = records.length + 1
  while (taken.has(`Snapshot ${number}`)) number += 1
  return `Snapshot ${number}`
}

const beforeName = (name: string) => `Before going back to ${name}`.slice(0, 120).trim()
