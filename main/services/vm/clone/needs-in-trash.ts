import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { frozenOwner } from '../../../domain/vm/frozen-disks.ts'
import { parseMachineFile } from '../machine-file.ts'
import { readSnapshots } from '../snapshot/snapshot-files.ts'

interface Trashed {
  readonly trashId: string
  readonly id: string
}

/**
 * Which machines in the trash could not come back whole without which others there, both by trash id: those whose disks,
 * or the disks of whose snapshots, lie upon frozen ones in the others' folders.
 */
export async function needsInTrash(
  trash: string,
  machines: readonly Trashed[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const needs = new Map<string, Set<string>>()
  for (const { trashId, id } of machines) {
    const folder = join(trash, trashId)
    const owners = new Set<string>()
    for (const frozen of await frozenDisksOf(folder)) {
      const owner = frozenOwner(frozen)
      if (owner === id) continue
      for (const other of machines)
        if (other.id === owner && existsSync(join(trash, other.trashId, frozen.slice(owner.length + 1))))
          owners.add(other.trashId)
    }
    needs.set(trashId, owners)
  }
  return needs
}

/** Every frozen disk that a machine in this folder or one of its snapshots names. */
async function frozenDisksOf(folder: string): Promise<ReadonlySet<string>> {
  const machine = parseMachineFile(await readFile(join(folder, 'machine.json'), 'utf8').catch(() => ''))
  const saved = await readSnapshots({ snapshots: () => join(folder, 'snapshots') }, '')
  const specs = [...(machine.kind === 'machine' ? [machine.spec] : []), ...saved.records.map(({ spec }) => spec)]
  return new Set(specs.flatMap(({ disks }) => disks.flatMap(({ backing }) => backing ?? [])))
}
