import type { MachineEntry, VmCommand } from '#contract/vm-state'
import { Skeleton } from '@mantine/core'
import { useCallback } from 'react'

import type { Client } from '../../../api/client.ts'
import { useClient } from '../../../state/client-context.ts'
import { useAnswer } from '../../../state/use-answer.ts'
import { FailureCard } from '../../../ui/failure-card.tsx'
import { CommandView } from '../command-view.tsx'
import { isOff } from '../machine-moves.ts'

/** The exact command of this machine: what runs, or what would run. */
export function CommandTab({ entry }: { readonly entry: MachineEntry }) {
  const client = useClient()
  const { value: command, failure } = useAnswer(
    useCallback((signal) => readCommand(client, entry, signal), [client, entry]),
  )
  if (failure !== undefined) return <FailureCard failure={failure} />
  if (command === undefined) return <Skeleton height={120} radius="md" role="status" aria-label="Loading the command" />
  return (
    <>
      <p className="panel-lead quiet">
        {isOff(entry)
          ? 'This is what Start will run, word for word. Pasted into a shell, it starts the same machine.'
          : 'This machine was started with this command.'}
      </p>
      <CommandView command={command} />
    </>
  )
}

/** Asked again for every change of the machine: a new state or new settings make another command. */
function readCommand(client: Client, { id }: MachineEntry, signal: AbortSignal): Promise<VmCommand> {
  return client.call('vm.command', { id }, { signal })
}
