import type { VmSpec } from '#contract/vm-spec'

const always = new Set(['name', 'notes', 'tags', 'memoryTargetMiB'])

/**
 * Whether a field of `draft` can change while the machine with the spec `stored` runs. What the owner really takes is
 * decided there; this marks the form, so that nobody fills in what will be refused.
 */
export function changesLive(stored: VmSpec, draft: VmSpec, path: string): boolean {
  if (always.has(path) || /^cdroms\[\d+\]\.path$/.test(path)) return true
  const [, list, place, field] = /^(disks|networks)\[(\d+)\](?:\.(.+))?$/.exec(path) ?? []
  if (list === undefined) return false
  if (field === undefined) return true // a disk or card is plugged in or taken out as a whole
  const id = (list === 'disks' ? draft.disks : draft.networks)[Number(place)]?.id
  const isNew = !(list === 'disks' ? stored.disks : stored.networks).some((item) => item.id === id)
  return isNew || field.startsWith('backend.forwards')
}
