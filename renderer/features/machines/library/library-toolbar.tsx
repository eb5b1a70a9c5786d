import { CloseButton, SegmentedControl, Select, TextInput, VisuallyHidden } from '@mantine/core'
import { LayoutGrid, List, Search } from 'lucide-react'
import type { RefObject } from 'react'

import { type LibrarySort, usePreferencesStore } from '../../../state/preferences-store.ts'

interface LibraryToolbarProps {
  readonly query: string
  readonly onQuery: (query: string) => void
  readonly searchRef: RefObject<HTMLInputElement | null>
}

const sortWords: readonly { readonly value: LibrarySort; readonly label: string }[] = [
  { value: 'name', label: 'Name' },
  { value: 'state', label: 'State' },
  { value: 'architecture', label: 'Architecture' },
  { value: 'memory', label: 'Memory' },
]

export function LibraryToolbar({ query, onQuery, searchRef }: LibraryToolbarProps) {
  const layout = usePreferencesStore((store) => store.layout)
  const sort = usePreferencesStore((store) => store.sort)
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
      <Select
        size="sm"
        w={168}
        aria-label="Sort by"
        leftSection={<span className="quiet library-sort-word">Sort</span>}
        leftSectionWidth={44}
        data={sortWords}
        value={sort}
        onChange={(value) => usePreferencesStore.setState({ sort: value ?? 'name' })}
      />
      <SegmentedControl
        size="sm"
        aria-label="Layout"
        value={layout}
        onChange={(value) => usePreferencesStore.setState({ layout: value })}
        data={[
          { value: 'list', label: <LayoutLabel icon={<List size={16} />} text="List" /> },
          { value: 'grid', label: <LayoutLabel icon={<LayoutGrid size={16} />} text="Grid" /> },
        ]}
      />
    </div>
  )
}

function LayoutLabel({ icon, text }: { readonly icon: React.ReactNode; readonly text: string }) {
  return (
    <span className="layout-label">
      {icon}
      <VisuallyHidden>{text}</VisuallyHidden>
    </span>
  )
}
