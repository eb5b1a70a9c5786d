import type { DiskInfo } from '#contract/disk'
import { Button, Checkbox } from '@mantine/core'
import { useState } from 'react'

import { PathInput } from '../form/path-input.tsx'
import { useDiskActions } from './disk-actions.ts'
import { nameOf, suggestTarget } from './disk-words.ts'
import { WorkRow } from './work-row.tsx'

/** The three ways in which a layer ends, and the way in which it gets another disk below it. */
export function LayerWork({ info }: { readonly info: DiskInfo }) {
  const { begin } = useDiskActions()
  const { path } = info
  const backing = info.chain.slice(1).map((link) => link.path)
  const [mine, setMine] = useState(false)
  const [target, setTarget] = useState(() => suggestTarget(path, `flat.${info.format ?? 'qcow2'}`))
  const [base, setBase] = useState('')
  return (
    <>
      <WorkRow
        title="End the layer"
        text="One file of its own out of the chain, or the changes written down into the disk below."
      >
        <Checkbox
          label={`These files are mine: ${backing.map(nameOf).join(', ')}`}
          checked={mine}
          onChange={(event) => setMine(event.currentTarget.checked)}
        />
        <PathInput label="New file" typedOnly value={target} onChange={setTarget} />
        <Button
          variant="default"
          disabled={!mine}
          onClick={() => void begin('disk.flatten', { path, backing, target: target.trim() })}
        >
          Flatten
        </Button>
        <Button variant="default" disabled={!mine} onClick={() => void begin('disk.commit', { path, backing })}>
          Commit
        </Button>
      </WorkRow>
      <WorkRow
        title="Rebase"
        text="Puts it over another disk, and shows the same as before. Without one it takes over all that it needs and stands alone."
      >
        <PathInput label="Disk below it" placeholder="None: stand alone" value={base} onChange={setBase} />
        <Button
          variant="default"
          disabled={!mine || (base !== '' && !base.startsWith('/'))}
          onClick={() => void begin('disk.rebase', { path, backing, ...(base.trim() !== '' && { to: base.trim() }) })}
        >
          Rebase
        </Button>
      </WorkRow>
    </>
  )
}
