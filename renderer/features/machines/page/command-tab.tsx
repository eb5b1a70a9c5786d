import type { CommandDiff, MachineEntry, VmCommand } from '#contract/vm-state'
import { Button, Skeleton } from '@mantine/core'
import { Download } from 'lucide-react'
import { useCallback } from 'react'

import type { Client } from '../../../api/client.ts'
import { useClient } from '../../../state/client-context.ts'
import { useAnswer } from '../../../state/use-answer.ts'
import { CopyButton } from '../../../ui/copy-button.tsx'
import { FailureCard } from '../../../ui/failure-card.tsx'
import { saveFile } from '../../../ui/save-file.ts'
import { CommandView } from '../command-view.tsx'
import { isOff } from '../machine-moves.ts'
import { CommandChanges } from './command-changes.tsx'

/** The exact command of this machine: what runs, or what would run; what has changed in it, and the same as a script. */
export function CommandTab({ entry }: { readonly entry: MachineEntry }) {
  const client = useClient()
  const { value, failure } = useAnswer(useCallback((signal) => readCommand(client, entry, signal), [client, entry]))
  if (failure !== undefined) return <FailureCard failure={failure} />
  if (value === undefined) return <Skeleton height={120} radius="md" role="status" aria-label="Loading the command" />
  const { command, diff, script } = value
  return (
    <>
      <div className="command-lead">
        <p className="panel-lead quiet">
          {isOff(entry)
            ? 'This is what Start will run, word for word. Pasted into a shell, it starts the same machine.'
            : 'This machine was started with this command.'}
        </p>
        <CopyButton text={script} label="Copy as script" />
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<Download size={14} aria-hidden />}
          onClick={() => saveFile(entry.name, 'sh', new TextEncoder().encode(script), 'text/x-shellscript')}
        >
          Save as script
        </Button>
      </div>
      <CommandChanges diff={diff} isOff={isOff(entry)} />
      <CommandView command={command} />
    </>
  )
}

interface CommandAndMore {
  readonly command: VmCommand
  readonly diff: CommandDiff
  readonly script: string
}

/** Asked again for every change of the machine: a new state or new settings make another command. */
async function readCommand(client: Client, { id }: MachineEntry, signal: AbortSignal): Promise<CommandAndMore> {
  const [command, diff, { script }] = await Promise.all([
    client.call('vm.command', { id }, { signal }),
    client.call('vm.commandDiff', { id }, { signal }),
    client.call('vm.script', { id }, { signal }),
  ])
  return { command, diff, script }
}
