import type { DiskInfo } from '#contract/disk'
import { Button, Checkbox, NumberInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'

import { PathInput } from '../machines/form/path-input.tsx'
import { useDiskActions } from './disk-actions.ts'
import { gibBytes, nameOf, possibleWork, suggestTarget } from './disk-words.ts'

const GIB = 1024 ** 3

/** The work that changes or proves a disk where it lies. Each part says what it does before it is asked for. */
export function DiskWork({ info }: { readonly info: DiskInfo }) {
  const { begin } = useDiskActions()
  const work = possibleWork(info)
  const { path } = info
  const backing = info.chain.slice(1).map((link) => link.path)
  const [other, setOther] = useState('')
  return (
    <section aria-labelledby="work-title">
      <h2 id="work-title" className="disk-heading">
        Work on it
      </h2>
      <div className="disk-work panel">
        <Work title="Check" text="Looks for errors in the disk’s own tables. A repair makes a copy beside it first.">
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
        </Work>
        <Work
          title="Compact"
          text="Writes it anew without what it does not use, compares, and swaps the files in one step."
        >
          <Button variant="default" disabled={!work.compact} onClick={() => void begin('disk.compact', { path })}>
            Compact
          </Button>
        </Work>
        <Resize info={info} disabled={!work.resize} />
        <Work title="Digest" text="SHA-256 of the file as it is, for whoever receives it.">
          <Button
            variant="default"
            disabled={info.kind !== 'file'}
            onClick={() => void begin('disk.checksum', { path })}
          >
            Make the digest
          </Button>
        </Work>
        <Work title="Compare" text="Whether another disk shows the same, whatever its format.">
          <PathInput label="Other disk" value={other} onChange={setOther} />
          <Button
            variant="default"
            disabled={info.refusal !== undefined || !other.startsWith('/')}
            onClick={() => void begin('disk.compare', { a: path, b: other.trim() })}
          >
            Compare
          </Button>
        </Work>
        {work.flatten && <Flatten path={path} backing={backing} format={info.format ?? 'qcow2'} />}
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
    <Work
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
    </Work>
  )
}

interface FlattenProps {
  readonly path: string
  readonly backing: readonly string[]
  readonly format: string
}

function Flatten({ path, backing, format }: FlattenProps) {
  const { begin } = useDiskActions()
  const [mine, setMine] = useState(false)
  const [target, setTarget] = useState(() => suggestTarget(path, `flat.${format}`))
  return (
    <Work
      title="End the layer"
      text="One file of its own out of the chain, or the changes written down into the disk below."
    >
      <Checkbox
        label={`These files are mine: ${backing.map(nameOf).join(', ')}`}
        checked={mine}
        onChange={(event) => setMine(event.currentTarget.checked)}
      />
      <PathInput label="New file" value={target} onChange={setTarget} />
      <Button
        variant="default"
        disabled={!mine}
        onClick={() => void begin('disk.flatten', { path, backing: [...backing], target: target.trim() })}
      >
        Flatten
      </Button>
      <Button
        variant="default"
        disabled={!mine}
        onClick={() => void begin('disk.commit', { path, backing: [...backing] })}
      >
        Commit
      </Button>
    </Work>
  )
}

function Work({
  title,
  text,
  children,
}: {
  readonly title: string
  readonly text: string
  readonly children: ReactNode
}) {
  return (
    <div className="work">
      <div>
        <h3 className="work-title">{title}</h3>
        <p className="quiet work-text">{text}</p>
      </div>
      <div className="work-controls">{children}</div>
    </div>
  )
}
