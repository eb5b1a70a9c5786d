import { Button, NumberInput, Select } from '@mantine/core'
import { useState } from 'react'

import { formatOptions } from '#contract/format-options'

import { DisclosureButton } from '../../ui/disclosure-button.tsx'
import { PathInput } from '../form/path-input.tsx'
import { useDiskActions } from './disk-actions.ts'
import { formatWords, gibBytes } from './disk-words.ts'

/** An empty disk, or a layer over another one. */
export function NewDisk() {
  const { begin } = useDiskActions()
  const [path, setPath] = useState('')
  const [gib, setGib] = useState<number | string>(8)
  const [format, setFormat] = useState<(typeof formatWords)[number]['value']>('qcow2')
  const [moreShown, setMoreShown] = useState(false)
  const [over, setOver] = useState('')
  const [secretFile, setSecretFile] = useState('')
  const [preallocation, setPreallocation] = useState('off')
  const sizeBytes = gibBytes(gib)
  const isQcow2 = format === 'qcow2'
  const spaces = formatOptions[format]['preallocation']?.choices
  const isLayer = isQcow2 && over.trim() !== ''
  const make = (event: { preventDefault(): void }): void => {
    event.preventDefault()
    void begin('disk.create', {
      path: path.trim(),
      format,
      ...(!isLayer && sizeBytes !== undefined && { sizeBytes }),
      ...(isLayer && { over: over.trim() }),
      ...(isQcow2 && secretFile.trim() !== '' && { secretFile: secretFile.trim() }),
      ...(preallocation !== 'off' && spaces !== undefined && !isLayer && { options: { preallocation } }),
    })
  }
  return (
    <form className="disk-new panel" onSubmit={make} aria-label="New empty disk">
      <div className="disk-new-row">
        <PathInput label="New empty disk" typedOnly placeholder="/home/me/new.qcow2" value={path} onChange={setPath} />
        <Select
          label="Format"
          data={formatWords.map(({ value, label }) => ({ value, label }))}
          value={format}
          allowDeselect={false}
          onChange={(value) => {
            setFormat(formatWords.find((each) => each.value === value)?.value ?? 'qcow2')
            setPreallocation('off')
          }}
        />
        <NumberInput
          label="Size in GiB"
          min={0.01}
          max={16_384}
          decimalScale={2}
          disabled={isLayer}
          value={gib}
          onChange={setGib}
        />
        <Button
          type="submit"
          variant="default"
          disabled={!path.startsWith('/') || (sizeBytes === undefined && !isLayer)}
        >
          Make it
        </Button>
      </div>
      <DisclosureButton className="disk-more" shown={moreShown} onChange={setMoreShown}>
        More
      </DisclosureButton>
      {moreShown && (
        <div className="disk-new-options">
          <Select
            label="Space"
            description="Whether the host’s disk gives it now or as it is written."
            data={(spaces ?? [['off', 'As it is written'] as const]).map(([value, label]) => ({ value, label }))}
            value={preallocation}
            allowDeselect={false}
            disabled={spaces === undefined || isLayer}
            onChange={(value) => setPreallocation(value ?? 'off')}
          />
          <PathInput
            label="Over this disk"
            description="qcow2: keeps only what differs from it, and has its size."
            disabled={!isQcow2}
            value={over}
            onChange={setOver}
          />
          <PathInput
            label="File with the passphrase"
            description="qcow2: encrypted with LUKS. The file must be readable by you alone."
            disabled={!isQcow2}
            value={secretFile}
            onChange={setSecretFile}
          />
        </div>
      )}
    </form>
  )
}
