import type { VmEntry } from '#contract/vm-state'
import { ActionIcon, CloseButton, NativeSelect, TextInput } from '@mantine/core'
import { LayoutGrid, List, Search } from 'lucide-react'
import { memo, type RefObject, useMemo } from 'react'

import { type LibraryLayout, type LibrarySort, usePreferencesStore } from '../../../state/preferences-store.ts'
import { useVmStore } from '../../../state/vm-store.ts'

interface LibraryToolbarProps {
  readonly query: string
  readonly onQuery: (query: string) => void
  /** Empty: machines with any tag or none. */
  readonly tag: string
  readonly onTag: (tag: string) => void
  readonly searchRef: RefObject<HTMLInputElement | null>
}

const sortWords: readonly { readonly value: LibrarySort; readonly label: string }[] = [
  { value: 'name', label: 'Name' },
  { value: 'state', label: 'State' },
  { value: 'architecture', label: 'Architecture' },
  { value: 'memory', label: 'Memory' },
]

export function LibraryToolbar({ query, onQuery, tag, onTag, searchRef }: LibraryToolbarProps) {
  return (
    <div className="library-toolbar" role="search">
      <TextInput
        ref={searchRef}
        size="sm"
        className="library-search"
        aria-label="Search machines"
        placeholder="Search by name, tag, state or architecture"
        leftSection={<Search size={15} aria-hidden />}
        rightSection={query !== '' && <CloseButton size="sm" aria-label="Clear search" onClick={() => onQuery('')} />}
        value={query}
        dir="auto"
        onChange={(event) => onQuery(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onQuery('')
        }}
      />
      <LibraryChoices tag={tag} onTag={onTag} />
    </div>
  )
}

/** Beside the search, and not drawn anew with each of its keys. */
const LibraryChoices = memo(function LibraryChoices({ tag, onTag }: Pick<LibraryToolbarProps, 'tag' | 'onTag'>) {
  const layout = usePreferencesStore((store) => store.layout)
  const sort = usePreferencesStore((store) => store.sort)
  const entries = useVmStore((store) => store.entries)
  const tags = useMemo(() => allTags(entries.values(), tag), [entries, tag])
  return (
    <>
      {tags.length > 0 && (
        <NativeSelect
          size="sm"
          w={150}
          aria-label="Only with the tag"
          data={[{ value: '', label: 'Any tag' }, ...tags.map((each) => ({ value: each, label: each }))]}
          value={tag}
          onChange={({ currentTarget: { value } }) => onTag(value)}
        />
      )}
      <NativeSelect
        size="sm"
        w={168}
        aria-label="Sort by"
        leftSection={<span className="quiet library-sort-word">Sort</span>}
        leftSectionWidth={44}
        data={sortWords}
        value={sort}
        onChange={({ currentTarget: { value } }) =>
          usePreferencesStore.setState({ sort: sortWords.find((word) => word.value === value)?.value ?? 'name' })
        }
      />
      <ActionIcon.Group role="group" aria-label="Layout">
        <LayoutButton layout="list" label="List" current={layout} icon={<List size={16} />} />
        <LayoutButton layout="grid" label="Grid" current={layout} icon={<LayoutGrid size={16} />} />
      </ActionIcon.Group>
    </>
  )
})

/** Every tag in use, and the chosen one even when its last machine has gone. */
function allTags(entries: Iterable<VmEntry>, chosen: string): readonly string[] {
  const tags = new Set(chosen === '' ? [] : [chosen])
  for (const entry of entries) if (entry.kind === 'machine') for (const each of entry.tags) tags.add(each)
  return [...tags].toSorted((a, b) => a.localeCompare(b))
}

interface LayoutButtonProps {
  readonly layout: LibraryLayout
  readonly label: string
  readonly current: LibraryLayout
  readonly icon: React.ReactNode
}

function LayoutButton({ layout, label, current, icon }: LayoutButtonProps) {
  return (
    <ActionIcon
      size="input-sm"
      variant={layout === current ? 'light' : 'default'}
      aria-label={label}
      aria-pressed={layout === current}
      title={label}
      onClick={() => usePreferencesStore.setState({ layout })}
    >
      {icon}
    </ActionIcon>
  )
}
