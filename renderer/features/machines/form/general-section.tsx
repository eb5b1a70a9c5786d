import { Checkbox, TagsInput, Textarea, TextInput } from '@mantine/core'

import { fieldProps } from './field-props.ts'
import { FormSection } from '../../form/form-section.tsx'
import type { SpecForm } from './spec-form-context.ts'

export function GeneralSection({ form }: { readonly form: SpecForm }) {
  const { draft, change } = form
  return (
    <FormSection title="General">
      <TextInput
        {...fieldProps(form, 'name')}
        label="Name"
        className="field-wide"
        maxLength={120}
        dir="auto"
        value={draft.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      <TagsInput
        {...fieldProps(form, 'tags')}
        label="Tags"
        className="field-wide"
        maxTags={32}
        maxLength={40}
        value={[...draft.tags]}
        placeholder={draft.tags.length === 0 ? 'Type a word and press Enter' : ''}
        onChange={(tags) => change({ tags })}
      />
      <Textarea
        {...fieldProps(form, 'notes')}
        label="Notes"
        className="field-wide"
        autosize
        minRows={2}
        maxRows={8}
        dir="auto"
        value={draft.notes}
        onChange={(event) => change({ notes: event.currentTarget.value })}
      />
      <Checkbox
        label="Start it when Petri opens"
        description="With the window or petri serve; not with a single command."
        className="field-wide"
        checked={draft.autostart}
        onChange={(event) => change({ autostart: event.currentTarget.checked })}
      />
    </FormSection>
  )
}
