import type { Failure } from '#contract/failure'
import type { MachineEntry, VmCommand } from '#contract/vm-state'
import { Skeleton } from '@mantine/core'
import { useEffect, useState } from 'react'

import { failureOf } from '../../../api/call-failed.ts'
import { useClient } from '../../../state/client-context.ts'
import { FailureCard } from '../../../ui/failure-card.tsx'
import { CommandView } from '../command-view.tsx'
import { isOff } from '../machine-moves.ts'

/** The exact command of this machine: what runs, or what would run. */
export function CommandTab({ entry }: { readonly entry: MachineEntry }) {
  const client = useClient()
  const [command, setCommand] = useState<VmCommand>()
  const [failure, setFailure] = useState<Failure>()
  useEffect(() => {
    const abort = new AbortController()
    client.call('vm.command', { id: entry.id }, { signal: abort.signal }).then(
      (next) => {
        if (abort.signal.aborted) return
        setCommand(next)
        setFailure(undefined)
      },
      (error: unknown) => {
        if (!abort.signal.aborted) setFailure(failureOf(error))
      },
    )
    return () => abort.abort()
  }, [client, entry])

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
