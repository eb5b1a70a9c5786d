import type { StoredImage } from '#contract/image'
import { Button, Select } from '@mantine/core'
import { Download } from 'lucide-react'
import { useCallback } from 'react'

import { useClient } from '../../../state/client-context.ts'
import { useAnswer } from '../../../state/use-answer.ts'
import { navigate } from '../../../state/use-route.ts'
import type { ChosenImage } from './source.ts'

interface ImagePickerProps {
  readonly chosen: ChosenImage | undefined
  readonly onChoose: (image: StoredImage) => void
}

/** The images of the store that a machine can start from. */
export function ImagePicker({ chosen, onChoose }: ImagePickerProps) {
  const client = useClient()
  const { value, failure } = useAnswer(
    useCallback((signal: AbortSignal) => client.call('image.list', {}, { signal }), [client]),
  )
  const images = value?.stored.filter((image) => image.kind !== 'root') ?? []
  if (failure !== undefined) return <p className="tone-bad">{failure.title}</p>
  if (value === undefined) return <p className="quiet">Looking for images.</p>
  const more = (
    <Button
      variant={images.length === 0 ? 'filled' : 'default'}
      leftSection={<Download size={15} aria-hidden />}
      onClick={() => navigate({ kind: 'images' })}
    >
      Get an image
    </Button>
  )
  if (images.length === 0)
    return (
      <div className="create-actions">
        <span className="quiet">No image is here yet: download one, then come back.</span>
        {more}
      </div>
    )
  return (
    <div className="source-row image-choice">
      <Select
        label="Image"
        placeholder="Choose an image"
        searchable
        nothingFoundMessage="No image has such a name"
        data={images.map(({ digest, title, vmArchitecture, kind }) => ({
          value: digest,
          label: [title, vmArchitecture, kind === 'iso' ? 'installer' : 'disk'].filter(Boolean).join(' · '),
        }))}
        value={chosen?.digest ?? null}
        onChange={(digest) => {
          const image = images.find((each) => each.digest === digest)
          if (image) onChoose(image)
        }}
      />
      {more}
    </div>
  )
}
