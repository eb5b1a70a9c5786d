import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readdir } from 'node:fs/promises'

import { frozenOwner, frozenPath, needsDisksOf } from '../../../domain/vm/frozen-disks.ts'
import type { VmSpec } from '#contract/vm-spec'
import { RefusedError } from '../../refused-error.ts'
import { readSnapshots } from '../snapshot/snapshot-files.ts'
import type { VmContext } from '../vm-context.ts'

/** The machines that would not start, or not go back to a snapshot, without this one's frozen disks; by name. */
export async function dependantsOf(
  context: VmContext,
  id: string,
): Promise<readonly { readonly id: string; readonly name: string }[]> {
  const found: { id: string; name: string }[] = []
  for (const item of context.library.items.values()) {
    if (item.kind !== 'machine' || item.spec.id === id) continue
    const { spec } = item
    const saved = needsDisksOf(spec, id) ? [] : (await readSnapshots(context.folders, spec.id)).records
    if (needsDisksOf(spec, id) || saved.some((record) => needsDisksOf(record.spec, id)))
      found.push({ id: spec.id, name: spec.name })
  }
  return found.toSorted((one, other) => one.name.localeCompare(other.name))
}

/** Refuses to take a machine away while others lie upon it. */
export async function mustNotBeNeeded(context: VmContext, id: string, name: string): Promise<void> {
  const dependants = await dependantsOf(context, id)
  if (dependants.length === 0) return
  const names = dependants.map((each) => `“${each.name}”`)
  throw new RefusedError({
    code: 'in-use',
    title: `${name} is needed by ${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`,
    evidence: `${dependants.length === 1 ? 'A linked clone keeps' : 'Linked clones keep'} only what differs from the disks of ${name}.`,
    cure: {
      text: 'Delete the linked clones first, or make full clones of them.',
      command: `petri delete ${dependants[0]?.id}`,
    },
  })
}

/** Refuses to bring a machine back whose frozen disks are gone, and says where they are. */
export async function mustHaveItsDisks(context: VmContext, spec: VmSpec): Promise<void> {
  const folder = context.folders.machine(spec.id)
  const first = spec.disks
    .flatMap(({ backing }) => backing ?? [])
    // Those in its own folder come back with it.
    .find((frozen) => frozenOwner(frozen) !== spec.id && !existsSync(resolve(folder, frozenPath(frozen))))
  if (first === undefined) return
  const owner = frozenOwner(first)
  const inTrash = (await readdir(context.folders.trash)).find(
    (name) =>
      name.startsWith(`${owner}-`) && existsSync(join(context.folders.trash, name, first.slice(owner.length + 1))),
  )
  throw new RefusedError({
    code: 'conflict',
    title: `${spec.name} is a linked clone of ${owner}, which is not in the library`,
    evidence: `${first} is missing`,
    cure: inTrash
      ? { text: `Bring ${owner} back first.`, command: `petri restore ${inTrash}` }
      : { text: `Put the folder of ${owner} back in its place first.` },
  })
}
