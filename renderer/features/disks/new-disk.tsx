import { Button, NumberInput, Select } from '@mantine/core'
import { useState } from 'react'

import { PathInput } from '../machines/form/path-input.tsx'
import { useDiskActions } from './disk-actions.ts'
import { formatWords, gibBytes } from './disk-words.ts'

/** An empty disk. */
export function NewDisk() {
  const { begin } = useDiskActions()
  const [path, setPath] = useState('')
  const [gib, setGib] = useState<number | string>(8)
  const sizeBytes = gibBytes(gib)
  const [format, setFormat] = useState<(typeof formatWords)[number]['value']>('qcow2')
  const make = (event: { preventDefault(): void }): void => {
    event.preventDefault()
    if (sizeBytes !== undefined) void begin('disk.create', { path: path.trim(), format, sizeBytes })
  }
  return (
    <form className="disk-new panel" onSubmit={make} aria-label="New empty disk">
      <PathInput label="New empty disk" placeholder="/home/me/new.qcow2" value={path} onChange={setPath} />
      <Select
        label="Format"
        data={formatWords.map(({ value, label }) => ({ value, label }))}
        value={format}
        allowDeselect={false}
        onChange={(value) => setFormat(formatWords.find((each) => each.value === value)?.value ?? 'qcow2')}
      />
      <NumberInput label="Size in GiB" min={0.01} max={16_384} decimalScale={2} value={gib} onChange={setGib} />
      <Button type="submit" variant="default" disabled={!path.startsWith('/') || sizeBytes === undefined}>
        Make it
      </Button>
    </form>
  )
}
