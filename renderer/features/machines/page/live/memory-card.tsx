import type { VmSpec } from '#contract/vm-spec'
import type { MachineEntry } from '#contract/vm-state'
import { Button, Slider } from '@mantine/core'
import { useId, useState } from 'react'

import { useActivityStore } from '../../../../state/activity-store.ts'
import { useClient } from '../../../../state/client-context.ts'
import { underWay } from '../../machine-actions.ts'
import { memoryWords } from '../../state-words.ts'

const STEP_MIB = 16
const LEAST_MIB = 64

/** How much of its memory the guest may use, by its balloon. */
export function MemoryCard({ entry, spec }: { readonly entry: MachineEntry; readonly spec: VmSpec }) {
  const client = useClient()
  const pending = useActivityStore((store) => store.pending.has(entry.id))
  const labelId = useId()
  const all = spec.memoryMiB
  const stored = spec.memoryTargetMiB ?? all
  const [wanted, setWanted] = useState(stored)
  const apply = (memoryMiB: number): void =>
    void underWay(entry, () =>
      client.call('memory.target', { id: entry.id, memoryMiB: memoryMiB >= all ? null : memoryMiB }),
    )
  return (
    <section className="panel live-card" aria-label="Memory for the guest">
      <h2 className="live-title" id={labelId}>
        Memory for the guest
      </h2>
      <div className="live-row">
        <Slider
          className="live-slider"
          aria-labelledby={labelId}
          thumbProps={{ 'aria-labelledby': labelId, 'aria-valuetext': memoryWords(wanted) }}
          min={Math.min(LEAST_MIB, all)}
          max={all}
          step={STEP_MIB}
          label={null}
          disabled={pending}
          value={wanted}
          onChange={setWanted}
        />
        <span className="live-figure">
          {memoryWords(wanted)} of {memoryWords(all)}
        </span>
        <Button
          size="xs"
          variant="default"
          loading={pending}
          disabled={wanted === stored}
          onClick={() => apply(wanted)}
        >
          Apply
        </Button>
        <Button size="xs" variant="subtle" disabled={pending || stored === all} onClick={() => apply(all)}>
          Give all back
        </Button>
      </div>
      <p className="graph-note">
        The balloon takes what is not left to the guest and gives it to this computer. The guest’s driver does it, as
        soon as it can.
      </p>
    </section>
  )
}
