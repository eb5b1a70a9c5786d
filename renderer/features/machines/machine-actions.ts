import type { VmEntry } from '#contract/vm-state'
import { useMemo } from 'react'

import { failureOf } from '../../api/call-failed.ts'
import type { Client } from '../../api/client.ts'
import { addThrowawayRun, dismissFailure, recordFailure, setPending } from '../../state/activity-store.ts'
import { useClient } from '../../state/client-context.ts'
import { navigate } from '../../state/use-route.ts'
import { tellUndoable } from '../jobs/tell-undoable.tsx'
import { askName, confirmMove } from './machine-questions.tsx'
import type { MachineMove } from './machine-moves.ts'

/** Size of a throwaway run's terminal until its view has measured itself. */
const FIRST_COLUMNS = 80
const FIRST_ROWS = 24

/** Asks the owner for something; what cannot be undone is confirmed first. Failures go to the activity store. */
export type AskMachine = (entry: VmEntry, move: MachineMove) => Promise<void>

export function useAskMachine(): AskMachine {
  const client = useClient()
  return useMemo(() => createAskMachine(client), [client])
}

export function createAskMachine(client: Client): AskMachine {
  return async (entry, move) => {
    if (!(await confirmMove(entry, move))) return
    const name = move === 'rename' ? await askName(entry) : undefined
    if (move === 'rename' && (name === undefined || name === entry.name)) return
    await underWay(entry, () => perform(client, entry, move, name))
  }
}

async function perform(client: Client, entry: VmEntry, move: MachineMove, name: string | undefined): Promise<void> {
  const { id } = entry
  switch (move) {
    case 'resume':
      // A suspended machine goes on from its saved memory by an ordinary start.
      await client.call(entry.state.kind === 'suspended' ? 'vm.start' : 'vm.resume', { id })
      return
    case 'rename':
      if (name !== undefined) await client.call('vm.rename', { id, name })
      return
    case 'clone': {
      // Asks for name and kind; the work is a job.
      const { createSnapshotActions } = await import('../snapshots/snapshot-actions.ts')
      await createSnapshotActions(client).clone(entry)
      return
    }
    case 'makeTemplate':
    case 'endTemplate':
      await client.call('vm.setTemplate', { id, template: move === 'makeTemplate' })
      return
    case 'delete': {
      const { trashId } = await client.call('vm.delete', { id })
      navigate({ kind: 'machines' })
      tellUndoable('Moved to the trash', entry.name, () => {
        void underWay(entry, () => client.call('vm.restore', { trashId }))
      })
      return
    }
    case 'throwaway': {
      const { runId } = await client.call('vm.throwaway', { id, cols: FIRST_COLUMNS, rows: FIRST_ROWS })
      addThrowawayRun(id, runId)
      navigate({ kind: 'machine', id, tab: `run-${runId}` })
      return
    }
    case 'start':
    case 'pause':
    case 'shutdown':
    case 'reset':
    case 'suspend':
    case 'powerOff':
    case 'discardSuspended':
    case 'accept':
      await client.call(`vm.${move}`, { id })
      return
  }
}

/** Runs one call for a machine, marking it as pending and keeping its failure. Says whether it worked. */
export async function underWay(entry: VmEntry, call: () => Promise<unknown>): Promise<boolean> {
  dismissFailure(entry.id)
  setPending(entry.id, true)
  try {
    await call()
    return true
  } catch (error) {
    recordFailure({ machineId: entry.id, machineName: entry.name, failure: failureOf(error) })
    return false
  } finally {
    setPending(entry.id, false)
  }
}
