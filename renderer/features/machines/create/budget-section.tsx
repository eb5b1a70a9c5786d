import type { HostBudget, HostShare } from '#contract/host'
import type { VmDraft } from '#contract/vm-spec'
import { Box, Slider } from '@mantine/core'
import { useCallback } from 'react'

import { useClient } from '../../../state/client-context.ts'
import { useAnswer } from '../../../state/use-answer.ts'
import { budgetZone, zoneWords } from './budget-zone.ts'

const GIB = 1024 ** 3
const STEP_MIB = 128

interface BudgetSectionProps {
  readonly draft: VmDraft
  readonly newDisks: Readonly<Record<string, number>>
  readonly disabled: boolean
  readonly onChange: (patch: Partial<VmDraft>) => void
  readonly onNewDisks: (newDisks: Readonly<Record<string, number>>) => void
}

/** Memory, processors and the new disk against what this host has left. */
export function BudgetSection({ draft, newDisks, disabled, onChange, onNewDisks }: BudgetSectionProps) {
  const client = useClient()
  const { value: budget, failure } = useAnswer(
    useCallback((signal: AbortSignal) => client.call('host.budget', {}, { signal }), [client]),
  )
  const [diskId, diskBytes] = Object.entries(newDisks)[0] ?? []
  const cores = draft.cpu.cores
  const perCore = draft.cpu.sockets * draft.cpu.threads
  if (failure !== undefined) return <p className="quiet">What this host has left is not known: {failure.title}.</p>
  if (budget === undefined) return <p className="quiet">Measuring what this host has left.</p>
  return (
    <section className="budget panel" aria-label="What this host has left">
      <p className="quiet budget-hint">{runningWords(budget)}</p>
      <Share
        label="Memory"
        unit="MiB"
        step={STEP_MIB}
        share={budget.memoryMiB}
        value={draft.memoryMiB}
        disabled={disabled}
        onChange={(memoryMiB) => onChange({ memoryMiB })}
      />
      <Share
        label="Processors"
        unit=""
        step={perCore}
        share={budget.cpus}
        value={cores * perCore}
        disabled={disabled}
        onChange={(cpus) => onChange({ cpu: { ...draft.cpu, cores: Math.max(1, Math.round(cpus / perCore)) } })}
      />
      {diskId !== undefined && diskBytes !== undefined && (
        <Share
          label="New disk"
          unit="GiB"
          step={1}
          share={inGib(budget.diskBytes)}
          value={Math.round(diskBytes / GIB)}
          disabled={disabled}
          onChange={(diskGiB) => onNewDisks({ ...newDisks, [diskId]: diskGiB * GIB })}
        />
      )}
    </section>
  )
}

interface ShareProps {
  readonly label: string
  readonly unit: string
  readonly step: number
  readonly share: HostShare
  readonly value: number
  readonly disabled: boolean
  readonly onChange: (value: number) => void
}

function Share({ label, unit, step, share, value, disabled, onChange }: ShareProps) {
  const zone = budgetZone(value, share)
  // Room beyond the limit, so that over-committing can be chosen and is seen.
  const max = Math.max(step, Math.ceil((Math.max(share.caution * 1.25, value) + step) / step) * step)
  const part = (amount: number) => `${(Math.min(1, amount / max) * 100).toFixed(1)}%`
  const words = `${value}${unit === '' ? '' : ` ${unit}`}`
  return (
    <div className="budget-row">
      <span className="budget-label">{label}</span>
      <Box
        className="budget-track"
        __vars={{ '--budget-safe': part(share.safe), '--budget-caution': part(share.caution) }}
      >
        <Slider
          thumbLabel={label}
          thumbProps={{ 'aria-valuetext': `${words}, ${zoneWords(zone, share, unit)}` }}
          label={null}
          min={step}
          max={max}
          step={step}
          value={value}
          disabled={disabled}
          onChange={onChange}
        />
      </Box>
      <span className="budget-value number">{words}</span>
      <span className={`budget-zone tone-${zone === 'safe' ? 'good' : zone === 'caution' ? 'warn' : 'bad'}`}>
        {zoneWords(zone, share, unit)}
      </span>
    </div>
  )
}

const inGib = ({ total, inUse, safe, caution }: HostShare): HostShare => ({
  total: total / GIB,
  inUse: inUse / GIB,
  safe: Math.floor(safe / GIB),
  caution: Math.floor(caution / GIB),
})

function runningWords({ runningMachines, memoryMiB }: HostBudget): string {
  if (runningMachines === 0) return 'No machine runs now: all that is free can be given away.'
  const machines = runningMachines === 1 ? 'One running machine has' : `${runningMachines} running machines have`
  return `${machines} ${memoryMiB.inUse} MiB of memory.`
}
