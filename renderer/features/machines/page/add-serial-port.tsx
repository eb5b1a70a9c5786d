import type { MachineEntry } from '#contract/vm-state'
import { Button } from '@mantine/core'
import { Plus } from 'lucide-react'

import { failureOf } from '../../../api/call-failed.ts'
import { recordFailure } from '../../../state/activity-store.ts'
import { useClient } from '../../../state/client-context.ts'

/** Gives the machine its first serial port; only while it is stopped. */
export function AddSerialPort({ entry }: { readonly entry: MachineEntry }) {
  const client = useClient()
  const stopped = entry.state.kind === 'stopped' && !entry.readOnly

  const add = async (): Promise<void> => {
    try {
      const { spec } = await client.call('vm.show', { id: entry.id })
      if (spec !== undefined) await client.call('vm.update', { spec: { ...spec, serialPorts: 1 } })
    } catch (error) {
      recordFailure({ machineId: entry.id, machineName: entry.name, failure: failureOf(error) })
    }
  }

  return (
    <>
      <Button leftSection={<Plus size={15} aria-hidden />} disabled={!stopped} onClick={() => void add()}>
        Add a serial port
      </Button>
      {!stopped && <span className="quiet">{entry.readOnly ? 'It is read-only here.' : 'Shut it down first.'}</span>}
    </>
  )
}
