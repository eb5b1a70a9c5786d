import type { Snapshot, SnapshotListing } from '#contract/snapshot'
import type { VmEntry } from '#contract/vm-state'
import { notifications } from '@mantine/notifications'
import { useMemo } from 'react'

import { failureOf } from '../../api/call-failed.ts'
import type { Client } from '../../api/client.ts'
import { useClient } from '../../state/client-context.ts'
import { askClone, askDelete, askNote, askRevert, askSnapshot } from './snapshot-questions.tsx'

type Machine = Pick<VmEntry, 'id' | 'name'>

/** What can be asked about a machine's states. Each asks the person first; the end of the work comes as a job's. */
interface SnapshotActions {
  take(entry: Machine, listing: SnapshotListing): Promise<void>
  revert(entry: Machine, snapshot: Snapshot): Promise<void>
  remove(entry: Machine, snapshot: Snapshot): Promise<void>
  note(entry: Machine, snapshot: Snapshot): Promise<void>
  clone(entry: Machine, snapshot?: Snapshot): Promise<void>
}

export function useSnapshotActions(): SnapshotActions {
  const client = useClient()
  return useMemo(() => createSnapshotActions(client), [client])
}

export function createSnapshotActions(client: Client): SnapshotActions {
  return {
    take: async ({ id, name }, listing) => {
      const wish = await askSnapshot(name, listing)
      if (wish) await orToast(() => client.call('snapshot.create', { id, ...wish }))
    },
    revert: async ({ id, name }, snapshot) => {
      const snapshotId = snapshot.id
      const ask = () => client.call('snapshot.outlook', { id, snapshotId, action: 'revert' })
      const wish = await askRevert(name, snapshot, ask)
      if (wish) await orToast(() => client.call('snapshot.revert', { id, snapshotId, ...wish }))
    },
    remove: async ({ id }, snapshot) => {
      const snapshotId = snapshot.id
      const ask = () => client.call('snapshot.outlook', { id, snapshotId, action: 'delete' })
      if (await askDelete(snapshot, ask)) await orToast(() => client.call('snapshot.delete', { id, snapshotId }))
    },
    note: async ({ id }, snapshot) => {
      const change = await askNote(snapshot)
      if (change) await orToast(() => client.call('snapshot.note', { id, snapshotId: snapshot.id, ...change }))
    },
    clone: async ({ id, name }, snapshot) => {
      const wish = await askClone(name, snapshot)
      if (!wish) return
      await orToast(() => client.call('vm.clone', { id, ...wish, ...(snapshot && { snapshotId: snapshot.id }) }))
    },
  }
}

async function orToast(call: () => Promise<unknown>): Promise<void> {
  try {
    await call()
  } catch (error) {
    const failure = failureOf(error)
    notifications.show({
      color: 'red',
      title: failure.title,
      message: [failure.evidence, failure.cure?.text].filter((text) => text !== undefined).join(' '),
      autoClose: 20_000,
      closeButtonProps: { 'aria-label': 'Dismiss' },
    })
  }
}
