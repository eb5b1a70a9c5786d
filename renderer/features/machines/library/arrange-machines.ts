import type { VmEntry, VmState } from '#contract/vm-state'

import type { LibrarySort } from '../../../state/preferences-store.ts'
import { accelerationWords, architectureWords, stateWords } from '../state-words.ts'

const byText = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })

/** The rows with this tag (empty: any) that match every word of `query`, in the order of `sort`; equal ones by name. */
export function arrangeMachines(
  entries: Iterable<VmEntry>,
  { query, sort, tag = '' }: { readonly query: string; readonly sort: LibrarySort; readonly tag?: string },
): readonly VmEntry[] {
  return matchingMachines(sortedMachines(entries, sort), { query, tag })
}

/** All rows in the order of `sort`. A search changes nothing in it, so that a key press need not sort again. */
export function sortedMachines(entries: Iterable<VmEntry>, sort: LibrarySort): readonly VmEntry[] {
  return [...entries].toSorted(
    (a, b) => compare(a, b, sort) || byText.compare(a.name, b.name) || byText.compare(a.id, b.id),
  )
}

/** The rows with this tag (empty: any) that match every word of `query`, in the order in which they are given. */
export function matchingMachines(
  entries: readonly VmEntry[],
  { query, tag }: { readonly query: string; readonly tag: string },
): readonly VmEntry[] {
  const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0 && tag === '') return entries
  return entries.filter((entry) => {
    if (tag !== '' && !(entry.kind === 'machine' && entry.tags.includes(tag))) return false
    if (words.length === 0) return true
    const text = searchText(entry)
    return words.every((word) => text.includes(word))
  })
}

/** By entry, which is another object whenever something in it changes. */
const searchTexts = new WeakMap<VmEntry, string>()

function searchText(entry: VmEntry): string {
  const known = searchTexts.get(entry)
  if (known !== undefined) return known
  const text = makeSearchText(entry)
  searchTexts.set(entry, text)
  return text
}

function makeSearchText(entry: VmEntry): string {
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
