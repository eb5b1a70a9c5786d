import { Radio, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'

import { AskForm } from './snapshot-forms.tsx'

export interface CloneWish {
  readonly kind: 'full' | 'linked'
  readonly name?: string
}

interface CloneFormProps {
  readonly machineName: string
  readonly onDone: (wish: CloneWish | undefined) => void
}

/** Name and kind of a clone. */
export function CloneForm({ machineName, onDone }: CloneFormProps) {
  const [name, setName] = useState('')
  const [kind, setKind] = useState<'full' | 'linked'>('full')
  const wish = { kind, ...(name.trim() === '' ? {} : { name: name.trim() }) }
  return (
    <AskForm verb="Clone" onSubmit={() => onDone(wish)} onCancel={() => onDone(undefined)}>
      <TextInput
        label="Name"
        placeholder={`${machineName} copy`}
        value={name}
        maxLength={120}
        data-autofocus
        dir="auto"
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Radio.Group label="Kind" value={kind} onChange={(value) => setKind(value === 'linked' ? 'linked' : 'full')}>
        <Stack gap="sm" mt="xs">
          <Radio
            value="full"
            label="Full"
            description="Every byte of its own. Takes time and room, and needs no other machine."
          />
          <Radio
            value="linked"
            label="Linked"
            description="Only what differs from the source. Made at once, and the source has to stay."
          />
        </Stack>
      </Radio.Group>
    </AskForm>
  )
}
