import type { DiskInfo } from '#contract/disk'
import { Button, NumberInput } from '@mantine/core'
import { useState } from 'react'

import { PathInput } from '../form/path-input.tsx'
import { useDiskActions } from './disk-actions.ts'
import { folderOf, gibBytes, possibleWork } from './disk-words.ts'
import { LayerWork } from './layer-work.tsx'
import { WorkRow } from './work-row.tsx'

const GIB = 1024 ** 3

/** The work that changes or proves a disk where it lies. Each part says what it does before it is asked for. */
export function DiskWork({ info }: { readonly info: DiskInfo }) {
  const { begin } = useDiskActions()
  const work = possibleWork(info)
  const { path } = info
  const [other, setOther] = useState('')
  return (
    <section aria-labelledby="work-title">
      <h2 id="work-title" className="disk-heading">
        Work on it
      </h2>
      <div className="disk-work panel">
        <WorkRow title="Check" text="Looks for errors in the disk’s own tables. A repair makes a copy beside it first.">
          <Button variant="default" disabled={!work.check} onClick={() => void begin('disk.check', { path })}>
            Check
          </Button>
          <Button
            variant="default"
            disabled={!work.check}
            onClick={() => void begin('disk.check', { path, repair: 'all' })}
          >
            Copy and repair
          </Button>
        </WorkRow>
        <WorkRow
          title="Compact"
          text="Writes it anew without what it does not use, compares, and swaps the files in one step."
        >
          <Button variant="default" disabled={!work.compact} onClick={() => void begin('disk.compact', { path })}>
            Compact
          </Button>
        </WorkRow>
        <Resize info={info} disabled={!work.resize} />
        <WorkRow title="Digest" text="SHA-256 of the file as it is, for whoever receives it.">
          <Button
            variant="default"
            disabled={info.kind !== 'file'}
            onClick={() => void begin('disk.checksum', { path })}
          >
            Make the digest
          </Button>
        </WorkRow>
        <WorkRow title="Compare" text="Whether another disk shows the same, whatever its format.">
          <PathInput label="Other disk" value={other} onChange={setOther} />
          <Button
            variant="default"
            disabled={info.refusal !== undefined || !other.startsWith('/')}
            onClick={() => void begin('disk.compare', { a: path, b: other.trim() })}
          >
            Compare
          </Button>
        </WorkRow>
        <Split info={info} />
        {work.flatten && <LayerWork info={info} />}
      </div>
    </section>
  )
}

function Resize({ info, disabled }: { readonly info: DiskInfo; readonly disabled: boolean }) {
  const { begin } = useDiskActions()
  const now = (info.virtualBytes ?? 0) / GIB
  const [gib, setGib] = useState<number | string>(Math.max(1, Math.ceil(now)))
  const sizeBytes = gibBytes(gib)
  const shrinks = sizeBytes !== undefined && sizeBytes < (info.virtualBytes ?? 0)
  return (
    <WorkRow
      title="Resize"
      text="Grows at once. Shrinking only where the end is proved unused. What is inside keeps its size."
    >
      <NumberInput
        label="New size in GiB"
        min={0.01}
        max={16_384}
        decimalScale={2}
        disabled={disabled}
        value={gib}
        onChange={setGib}
      />
      <Button
        variant="default"
        disabled={disabled || sizeBytes === undefined || sizeBytes === info.virtualBytes}
        onClick={() =>
          sizeBytes !== undefined && void begin('disk.resize', { path: info.path, sizeBytes, shrink: shrinks })
        }
      >
        {shrinks ? 'Prove and shrink' : 'Grow'}
      </Button>
    </WorkRow>
  )
}

function Split({ info }: { readonly info: DiskInfo }) {
  const { begin } = useDiskActions()
  const { path } = info
  const [folder, setFolder] = useState(() => folderOf(path))
  return (
    <WorkRow
      title="Split"
      text="Pieces just below 4 GiB, which fit on a FAT32 stick, with the digest of the whole. The file itself stays."
    >
      <PathInput label="Into the folder" typedOnly value={folder} onChange={setFolder} />
      <Button
        variant="default"
        disabled={info.kind !== 'file' || !folder.startsWith('/')}
        onClick={() => void begin('disk.split', { path, folder: folder.trim() })}
      >
        Split
      </Button>
    </WorkRow>
  )
}
