import { useCallback } from 'react'

import type { ContainerEntry } from '#contract/container'

import { failureOf } from '../../api/call-failed.ts'
import { useClient } from '../../state/client-context.ts'
import { navigate } from '../../state/use-route.ts'
import { tellFailure } from '../jobs/tell-failure.ts'
import { tellUndoable } from '../jobs/tell-undoable.tsx'
import { confirm } from '../machines/machine-questions.tsx'

export type ContainerMove = 'start' | 'stop' | 'freeze' | 'thaw' | 'reset' | 'snapshot' | 'clone' | 'delete'

/** Asks the owner for something; what cannot be undone is confirmed first. A failure becomes a notice. */
export function useAskContainer(): (entry: ContainerEntry, move: ContainerMove) => Promise<void> {
  const client = useClient()
  return useCallback(
    async (entry, move) => {
      const { id } = entry
      try {
        switch (move) {
          case 'clone': {
            const copy = await client.call('container.clone', { id })
            navigate({ kind: 'container', id: copy.id })
            return
          }
          case 'delete': {
            const { trashId } = await client.call('container.delete', { id })
            navigate({ kind: 'containers', view: 'list' })
            tellUndoable('Moved to the trash', entry.name, () => {
              client.call('container.restore', { trashId }).catch((error: unknown) => tellFailure(failureOf(error)))
            })
            return
          }
          case 'reset': {
            const agreed = await confirm({
              title: `Throw the changes of “${entry.name}” away?`,
              text: 'It will be as its root file system was at first. What was installed or written inside since then is gone; its snapshots stay.',
              confirm: 'Throw them away',
            })
            if (agreed) await client.call('container.reset', { id })
            return
          }
          default:
            await client.call(`container.${move}`, { id })
        }
      } catch (error) {
        tellFailure(failureOf(error))
      }
    },
    [client],
  )
}

/** What can be asked of a container now. */
export function possibleContainerMoves(entry: ContainerEntry): readonly ContainerMove[] {
  if (entry.damaged !== undefined) return ['delete']
  switch (entry.state.kind) {
    case 'stopped':
      return ['start', 'snapshot', 'clone', 'reset', 'delete']
    case 'running':
      return entry.state.frozen ? ['thaw', 'stop'] : ['stop', 'freeze', 'snapshot', 'clone']
    case 'starting':
    case 'stopping':
      return []
  }
}

export const containerMoveWords: Readonly<Record<ContainerMove, string>> = {
  start: 'Start',
  stop: 'Stop',
  freeze: 'Freeze',
  thaw: 'Let it go on',
  reset: 'Throw changes away',
  snapshot: 'Take a snapshot',
  clone: 'Clone',
  delete: 'Delete',
}
