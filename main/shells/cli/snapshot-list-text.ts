import { type Snapshot, type SnapshotListing } from '#contract/snapshot'

import { sizeText } from './size-text.ts'
import { tableText } from './table-text.ts'

/** The tree of snapshots as a table, with the place where the machine stands now. */
export function snapshotListText(listing: SnapshotListing, columns: number | undefined): string {
  const { here, snapshots } = listing
  const present = [here.changed ? '(now, changed since)' : '(now)', '', '', '', '']
  const below = (parent: string | null, depth: number): (readonly string[])[] => [
    ...snapshots.flatMap((each) => (each.parent === parent ? [row(each, depth), ...below(each.id, depth + 1)] : [])),
    ...(here.parent === parent ? [[`${indent(depth)}${present[0]}`, ...present.slice(1)]] : []),
  ]
  const known = new Set(snapshots.map(({ id }) => id))
  // What stands on a snapshot whose record is gone begins a tree of its own.
  const roots = snapshots.filter(({ parent }) => parent !== null && !known.has(parent))
  const rows = [...roots.flatMap((root) => [row(root, 0), ...below(root.id, 1)]), ...below(null, 0)]
  return tableText([['SNAPSHOT', 'ID', 'MADE', 'MEMORY', 'DISKS'], ...rows], columns)
}

function row({ id, name, createdAt, memory, memoryBytes, diskBytes }: Snapshot, depth: number): readonly string[] {
  const made = createdAt.slice(0, 16).replace('T', ' ')
  return [`${indent(depth)}${name}`, id, made, memory ? sizeText(memoryBytes) : '-', sizeText(diskBytes)]
}

const indent = (depth: number) => (depth === 0 ? '' : `${'  '.repeat(depth - 1)}└ `)
