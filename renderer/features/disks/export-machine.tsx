import { Button, Select } from '@mantine/core'
import { useMemo, useState } from 'react'

import { useVmStore } from '../../state/vm-store.ts'
import { PathInput } from '../form/path-input.tsx'
import { useDiskActions } from './disk-actions.ts'

/** A machine as one file for other programs. */
export function ExportMachine() {
  const { begin } = useDiskActions()
  const entries = useVmStore((store) => store.entries)
  const [id, setId] = useState<string | null>(null)
  const [target, setTarget] = useState('')
  const machines = useMemo(
    () =>
      [...entries.values()]
        .filter((entry) => entry.kind === 'machine')
        .map((entry) => ({ value: entry.id, label: entry.name })),
    [entries],
  )
  if (machines.length === 0) return null
  const write = (event: { preventDefault(): void }): void => {
    event.preventDefault()
    if (id !== null) void begin('disk.export', { id, target: target.trim() })
  }
  return (
    <form className="disk-export panel" onSubmit={write} aria-label="Export a machine">
      <Select label="Export a machine" placeholder="Which one" data={machines} value={id} searchable onChange={setId} />
      <PathInput label="OVA file" typedOnly placeholder="/home/me/machine.ova" value={target} onChange={setTarget} />
      <Button type="submit" variant="default" disabled={id === null || !target.startsWith('/')}>
        Export
      </Button>
    </form>
  )
}
