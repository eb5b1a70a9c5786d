import { Select } from '@mantine/core'
import { useMemo } from 'react'

import { useVmStore } from '../../../state/vm-store.ts'
import { architectureWords } from '../state-words.ts'
import type { Source } from './source.ts'

type TemplateSource = Extract<Source, { kind: 'template' }>

interface TemplatePickerProps {
  readonly source: TemplateSource
  readonly onChange: (source: TemplateSource) => void
}

/** Which template, and whether its disks are copied. */
export function TemplatePicker({ source, onChange }: TemplatePickerProps) {
  const entries = useVmStore((store) => store.entries)
  const templates = useMemo(
    () => [...entries.values()].flatMap((entry) => (entry.kind === 'machine' && entry.template ? [entry] : [])),
    [entries],
  )
  if (templates.length === 0)
    return (
      <p className="quiet">
        No machine is a template yet. In the library, choose “Make a template” for a machine that is off.
      </p>
    )
  return (
    <div className="source-row even">
      <Select
        label="Template"
        placeholder="Choose a template"
        searchable
        data={templates.map(({ id, name, architecture }) => ({
          value: id,
          label: `${name} · ${architectureWords[architecture]}`,
        }))}
        value={source.templateId === '' ? null : source.templateId}
        onChange={(templateId) => onChange({ ...source, templateId: templateId ?? '' })}
      />
      <Select
        label="Its disks"
        data={[
          { value: 'full', label: 'Copied: needs no other machine' },
          { value: 'linked', label: 'Linked: made at once, needs the template' },
        ]}
        value={source.clone}
        allowDeselect={false}
        onChange={(clone) => onChange({ ...source, clone: clone === 'linked' ? 'linked' : 'full' })}
      />
    </div>
  )
}
