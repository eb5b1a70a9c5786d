import type { Snapshot, SnapshotListing } from '#contract/snapshot'

/** One line of the drawn tree. */
export type TreeRow = {
  /** The snapshot's id, or `here`. */
  readonly key: string
  /** How far to the right it is drawn: only branches move away from the line that leads to the present. */
  readonly lane: number
  /** It leaves the line of its parent: drawn with a corner. */
  readonly isBranch: boolean
  /** Depth in the tree, from 1, for those who do not see the lanes. */
  readonly level: number
} & ({ readonly kind: 'snapshot'; readonly snapshot: Snapshot } | { readonly kind: 'here' })

export const HERE = 'here'

/**
 * The tree from the oldest down. A long history without branches is a straight line: what leads to the present (or to
 * the newest, where nothing does) goes on below its parent, and every other child is a branch drawn before it, to the
 * right.
 */
export function arrangeSnapshots({ snapshots, here }: Pick<SnapshotListing, 'snapshots' | 'here'>): readonly TreeRow[] {
  const known = new Set(snapshots.map(({ id }) => id))
  const parentOf = (parent: string | null) => (parent !== null && known.has(parent) ? parent : null)
  const hereParent = parentOf(here.parent)
  const leadsHere = new Set<string>()
  const byId = new Map(snapshots.map((each) => [each.id, each]))
  for (let each = byId.get(hereParent ?? ''); each !== undefined && !leadsHere.has(each.id);) {
    leadsHere.add(each.id)
    each = byId.get(parentOf(each.parent) ?? '')
  }

  const below = (parent: string | null, lane: number, level: number): readonly TreeRow[] => {
    const own = snapshots.filter((each) => parentOf(each.parent) === parent)
    const isPresent = hereParent === parent
    const main = isPresent ? undefined : (own.find(({ id }) => leadsHere.has(id)) ?? own.at(-1))
    return [
      ...own.flatMap((each) => (each === main ? [] : line(each, lane + 1, level, true))),
      ...(main ? line(main, lane, level, false) : []),
      ...(isPresent ? [{ kind: 'here', key: HERE, lane, level, isBranch: false } as const] : []),
    ]
  }
  const line = (snapshot: Snapshot, lane: number, level: number, isBranch: boolean): readonly TreeRow[] => [
    { kind: 'snapshot', key: snapshot.id, lane, level, isBranch, snapshot },
    ...below(snapshot.id, lane, level + 1),
  ]
  return below(null, 0, 1)
}
