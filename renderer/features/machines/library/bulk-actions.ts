import type { VmEntry } from '#contract/vm-state'

import type { Client } from '../../../api/client.ts'
import { underWay } from '../machine-actions.ts'
import { possibleMoves } from '../machine-moves.ts'

/** Machines that are asked at the same time: more would only wait for each other. */
const AT_ONCE = 4

export const bulkMoves = ['start', 'shutdown', 'suspend', 'delete'] as const
export type BulkMove = (typeof bulkMoves)[number]

/** Those of the selected machines of which this can be asked now. A suspended machine is started by going on. */
export function movable(entries: readonly VmEntry[], move: BulkMove): readonly VmEntry[] {
  return entries.filter((entry) => {
    const moves = possibleMoves(entry)
    return moves.includes(move) || (move === 'start' && entry.state.kind === 'suspended' && moves.includes('resume'))
  })
}

export interface Deleted {
  readonly entry: VmEntry
  readonly trashId: string
}

/** Asks all of them; each failure is kept with its machine. Resolves with what was deleted. */
export async function moveAll(
  client: Client,
  entries: readonly VmEntry[],
  move: BulkMove,
): Promise<readonly Deleted[]> {
  const deleted: Deleted[] = []
  await each(entries, async (entry) => {
    const { id } = entry
    if (move === 'delete') deleted.push({ entry, trashId: (await client.call('vm.delete', { id })).trashId })
    else await client.call(`vm.${move}`, { id })
  })
  return deleted
}

export async function restoreAll(client: Client, deleted: readonly Deleted[]): Promise<void> {
  const trashIds = new Map(deleted.map(({ entry, trashId }) => [entry, trashId]))
  await each([...trashIds.keys()], async (entry) => {
    const trashId = trashIds.get(entry)
    if (trashId !== undefined) await client.call('vm.restore', { trashId })
  })
}

export async function tagAll(
  client: Client,
  entries: readonly VmEntry[],
  change: { readonly add: readonly string[]; readonly remove: readonly string[] },
): Promise<void> {
  await each(entries, async ({ id }) => {
    await client.call('vm.tag', { id, add: [...change.add], remove: [...change.remove] })
  })
}

async function each(entries: readonly VmEntry[], work: (entry: VmEntry) => Promise<void>): Promise<void> {
  const waiting = [...entries]
  const worker = async (): Promise<void> => {
    for (let entry = waiting.shift(); entry !== undefined; entry = waiting.shift()) {
      const current = entry
      await underWay(current, () => work(current))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}
