import type { Problem } from '#contract/problem'
import type { Snapshot, SnapshotListing, SnapshotOutlook } from '#contract/snapshot'
import type { VmSpec } from '#contract/vm-spec'

/** What is known when somebody asks what going back or deleting would mean. */
export interface OutlookFacts {
  readonly target: Snapshot
  readonly targetSpec: VmSpec
  readonly presentSpec: VmSpec
  readonly snapshots: readonly Snapshot[]
  readonly here: SnapshotListing['here']
  readonly isRunning: boolean
  readonly problems: readonly Problem[]
}

/** What going back to a snapshot loses and does. */
export function revertOutlook(facts: OutlookFacts): SnapshotOutlook {
  const { here, isRunning, presentSpec, snapshots, target, targetSpec } = facts
  const since = snapshots.find(({ id }) => id === here.parent)
  const grown = here.changedBytes > 0 ? ` (about ${sizeWords(here.changedBytes)})` : ''
  const written = since
    ? `What was written since “${since.name}”${grown}`
    : 'The present state, which no snapshot holds'
  return {
    losses: [
      ...(here.changed ? [`${written} is lost, unless a snapshot of it is made before.`] : []),
      ...(isRunning ? ['The machine is switched off for it; programs that run in the guest now are ended.'] : []),
      ...changedDisks(presentSpec, targetSpec),
    ],
    effects: [
      target.memory
        ? 'The machine then runs on from the moment of the snapshot.'
        : 'The machine is then off; its next start boots from these disks.',
      ...(sameHardware(presentSpec, targetSpec)
        ? []
        : ['Its settings become those of the snapshot; name, notes and tags stay.']),
    ],
    problems: [...facts.problems],
  }
}

/** What deleting a snapshot loses and does. */
export function deleteOutlook({ here, problems, snapshots, target }: OutlookFacts): SnapshotOutlook {
  const children = snapshots.filter(({ parent }) => parent === target.id)
  return {
    losses: [
      `The state “${target.name}” of ${target.createdAt.slice(0, 16).replace('T', ' ')} UTC is gone for good.`,
      ...(target.memory ? ['So is the guest’s memory in it.'] : []),
    ],
    effects: [
      ...(here.parent === target.id ? ['The present state of the machine stays as it is.'] : []),
      ...(children.length > 0
        ? [`${children.map(({ name }) => `“${name}”`).join(', ')} ${children.length === 1 ? 'stays' : 'stay'}.`]
        : []),
    ],
    problems: [...problems],
  }
}

/** Whether two specs are the same machine to a guest: all but what is written for people. */
export function sameHardware(one: VmSpec, other: VmSpec): boolean {
  return JSON.stringify(hardwareOf(one)) === JSON.stringify(hardwareOf(other))
}

/** The machine of a snapshot under the name, notes and tags that it has today. */
export function revertedSpec(present: VmSpec, saved: VmSpec): VmSpec {
  const { name, notes, tags, template, id, uuid, version, createdAt } = present
  return { ...saved, name, notes, tags, template, id, uuid, version, createdAt }
}

function hardwareOf({ name: _name, notes: _notes, tags: _tags, template: _template, ...hardware }: VmSpec) {
  return hardware
}

function changedDisks(present: VmSpec, saved: VmSpec): readonly string[] {
  const savedPaths = new Set(saved.disks.map(({ path }) => path))
  const added = present.disks.filter(({ path }) => !savedPaths.has(path))
  return added.map(
    ({ path }) => `The disk ${path} was added later: the machine goes without it, and its file stays where it is.`,
  )
}

function sizeWords(bytes: number): string {
  const mebibytes = bytes / 1024 / 1024
  if (mebibytes < 1) return 'less than 1 MiB'
  return mebibytes < 1024 ? `${Math.round(mebibytes)} MiB` : `${(mebibytes / 1024).toFixed(1)} GiB`
}
