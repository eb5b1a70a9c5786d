import type { VmEntry, VmState } from '#contract/vm-state'

import type { LibrarySort } from '../../../state/preferences-store.ts'
import { accelerationWords, architectureWords, stateWords } from '../state-words.ts'

const byText = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })

/** The rows with this tag (empty: any) that match every word of `query`, in the order of `sort`; equal ones by name. */
export function arrangeMachines(
  entries: Iterable<VmEntry>,
  { query, sort, tag = '' }: { readonly query: string; readonly sort: LibrarySort; readonly tag?: string },
): readonly VmEntry[] {
  const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean)
  const matching = [...entries].filter((entry) => {
    if (tag !== '' && !(entry.kind === 'machine' && entry.tags.includes(tag))) return false
    if (words.length === 0) return true
    const text = searchText(entry)
    return words.every((word) => text.includes(word))
  })
  return matching.toSorted(
    (a, b) => compare(a, b, sort) || byText.compare(a.name, b.name) || byText.compare(a.id, b.id),
  )
}

function searchText(entry: VmEntry): string {
  const own =
    entry.kind === 'machine'
      ? [
          entry.architecture,
          architectureWords[entry.architecture],
          accelerationWords(entry.acceleration.accelerator),
          ...entry.tags,
        ]
      : ['damaged', entry.reason]
  return [entry.name, stateWords(entry.state).label, ...own].join('\n').toLocaleLowerCase()
}

function compare(a: VmEntry, b: VmEntry, sort: LibrarySort): number {
  switch (sort) {
    case 'name':
      return 0
    case 'state':
      return stateOrder[a.state.kind] - stateOrder[b.state.kind]
    case 'architecture':
      return byText.compare(architectureOf(a), architectureOf(b))
    case 'memory':
      return memoryOf(b) - memoryOf(a)
  }
}

/** What needs attention first, then what runs, then what is off. */
const stateOrder: Readonly<Record<VmState['kind'], number>> = {
  'not-answering': 0,
  running: 1,
  paused: 2,
  starting: 3,
  stopping: 4,
  suspending: 5,
  suspended: 6,
  stopped: 7,
}

function architectureOf(entry: VmEntry): string {
  return entry.kind === 'machine' ? architectureWords[entry.architecture] : '\uffff'
}

function memoryOf(entry: VmEntry): number {
  return entry.kind === 'machine' ? entry.memoryMiB : -1
}
