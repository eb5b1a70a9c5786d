import type { CatalogueImage } from '#contract/image'
import { CloseButton, Select, TextInput } from '@mantine/core'
import { Search } from 'lucide-react'

import { filterValues, type ImageFilter } from './arrange-images.ts'
import { kindWords } from './image-words.ts'

interface ImageFiltersProps {
  readonly images: readonly CatalogueImage[]
  readonly filter: ImageFilter
  readonly onChange: (filter: ImageFilter) => void
}

export function ImageFilters({ images, filter, onChange }: ImageFiltersProps) {
  const choice = (label: string, every: string, field: 'os' | 'architecture' | 'kind', values: readonly Choice[]) => (
    <Select
      size="sm"
      w={field === 'kind' ? 190 : 160}
      aria-label={label}
      data={[{ value: '', label: every }, ...values]}
      value={filter[field]}
      onChange={(value) => onChange({ ...filter, [field]: value ?? '' })}
    />
  )
  const asChoices = (values: readonly string[]): readonly Choice[] => values.map((value) => ({ value, label: value }))
  return (
    <div className="image-filters" role="search">
      <TextInput
        size="sm"
        className="library-search"
        aria-label="Search images"
        placeholder="Search by name, release or architecture"
        leftSection={<Search size={15} aria-hidden />}
        rightSection={
          filter.query !== '' && (
            <CloseButton size="sm" aria-label="Clear search" onClick={() => onChange({ ...filter, query: '' })} />
          )
        }
        value={filter.query}
        dir="auto"
        onChange={(event) => onChange({ ...filter, query: event.currentTarget.value })}
      />
      {choice('System', 'Any system', 'os', asChoices(filterValues(images, 'os')))}
      {choice('Architecture', 'Any architecture', 'architecture', asChoices(filterValues(images, 'architecture')))}
      {choice(
        'Kind',
        'Any kind',
        'kind',
        Object.entries(kindWords).map(([value, label]) => ({ value, label })),
      )}
    </div>
  )
}

interface Choice {
  readonly value: string
  readonly label: string
}
