import type { CallName, CallParams } from '#contract/api'
import { notifications } from '@mantine/notifications'
import { useMemo } from 'react'

import { failureOf } from '../../api/call-failed.ts'
import type { Client } from '../../api/client.ts'
import { useClient } from '../../state/client-context.ts'
import { setJobDrawerOpen } from '../../state/job-drawer-store.ts'
import { navigate } from '../../state/use-route.ts'

/** The calls about disks whose answer is a job. */
export type DiskJob = Extract<
  CallName,
  | 'disk.convert'
  | 'disk.check'
  | 'disk.resize'
  | 'disk.compact'
  | 'disk.compare'
  | 'disk.checksum'
  | 'disk.rebase'
  | 'disk.commit'
  | 'disk.flatten'
  | 'disk.split'
  | 'disk.create'
  | 'disk.import'
  | 'disk.export'
  | 'disk.copyOut'
>

export interface DiskActions {
  /** Begins it and shows the jobs; a refusal becomes a toast. Resolves true when it began. */
  begin<N extends DiskJob>(call: N, params: CallParams<N>): Promise<boolean>
  /** Begins to list the files on a disk; gives the job's id. Throws. */
  list(place: CallParams<'disk.files'>): Promise<string>
  /** Makes a machine of a disk and opens it. */
  makeMachine(path: string): Promise<void>
}

export function useDiskActions(): DiskActions {
  const client = useClient()
  return useMemo(() => createDiskActions(client), [client])
}

export function createDiskActions(client: Client): DiskActions {
  return {
    async begin(call, params) {
      try {
        await client.call(call, params)
        setJobDrawerOpen(true)
        return true
      } catch (error) {
        tell(error)
        return false
      }
    },
    async list(place) {
      return (await client.call('disk.files', place)).jobId
    },
    async makeMachine(path) {
      try {
        const { draft } = await client.call('disk.machine', { path })
        const { id } = await client.call('vm.create', { draft })
        navigate({ kind: 'machine', id, tab: 'overview' })
      } catch (error) {
        tell(error)
      }
    },
  }
}

function tell(error: unknown): void {
  const failure = failureOf(error)
  const problems = failure.problems?.map((problem) => problem.message).join(' ')
  notifications.show({
    color: 'red',
    title: failure.title,
    message: [failure.evidence ?? problems, failure.cure?.text].filter(Boolean).join(' '),
    closeButtonProps: { 'aria-label': 'Dismiss' },
  })
}
