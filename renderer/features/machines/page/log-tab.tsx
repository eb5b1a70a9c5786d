import type { VmEntry } from '#contract/vm-state'
import { Button, Skeleton } from '@mantine/core'
import { RefreshCw, ScrollText } from 'lucide-react'
import { useCallback, useEffect, useState } from 'react'

import { failureOf } from '../../../api/call-failed.ts'
import { useClient } from '../../../state/client-context.ts'
import { CopyButton } from '../../../ui/copy-button.tsx'
import { FailureCard, type FailureFacts } from '../../../ui/failure-card.tsx'
import { Situation } from '../../../ui/situation.tsx'
import { sizeWords } from '../state-words.ts'
import { bytesFromBase64, consoleText } from './console-text.ts'
import { LastExit } from './last-exit.tsx'

/** How much of the log is shown; the whole is saved from the console. */
const SHOWN_BYTES = 256 * 1024

interface ConsoleLog {
  readonly text: string
  readonly totalBytes: number
}

/** Why it ended the last time, and the serial console's log as kept on disk. */
export function LogTab({ entry }: { readonly entry: VmEntry }) {
  const hasConsole = entry.kind === 'machine' && entry.serialPorts > 0
  return (
    <div className="log">
      {entry.state.kind === 'stopped' && entry.state.lastExit !== undefined && <LastExit exit={entry.state.lastExit} />}
      {hasConsole ? (
        <ConsoleLogView id={entry.id} name={entry.name} />
      ) : (
        <Situation icon={<ScrollText size={22} />} title="No console log">
          <p>The log is what the serial port writes, and this machine has none.</p>
        </Situation>
      )}
    </div>
  )
}

function ConsoleLogView({ id, name }: { readonly id: string; readonly name: string }) {
  const client = useClient()
  const [log, setLog] = useState<ConsoleLog>()
  const [failure, setFailure] = useState<FailureFacts>()

  const load = useCallback(
    async (signal?: AbortSignal): Promise<void> => {
      try {
        const target = { kind: 'serial', vmId: id, port: 0 } as const
        const { base64, totalBytes } = await client.call(
          'console.log',
          { target, maxBytes: SHOWN_BYTES },
          signal === undefined ? {} : { signal },
        )
        if (signal?.aborted === true) return
        setLog({ text: consoleText(bytesFromBase64(base64)).trimEnd(), totalBytes })
        setFailure(undefined)
      } catch (error) {
        if (signal?.aborted !== true) setFailure(failureOf(error))
      }
    },
    [client, id],
  )
  useEffect(() => {
    const abort = new AbortController()
    void load(abort.signal)
    return () => abort.abort()
  }, [load])

  if (failure !== undefined) return <FailureCard failure={failure} />
  if (log === undefined) return <Skeleton height={240} radius="md" role="status" aria-label="Loading the log" />
  if (log.totalBytes === 0) {
    return (
      <Situation icon={<ScrollText size={22} />} title="Nothing has been written yet">
        <p>What the guest writes to its serial port is kept here, from power-on.</p>
      </Situation>
    )
  }
  return (
    <section className="console-log" aria-label={`Console log of ${name}`}>
      <div className="console-log-bar">
        <span className="quiet number">
          {log.totalBytes > SHOWN_BYTES
            ? `The last ${sizeWords(SHOWN_BYTES)} of ${sizeWords(log.totalBytes)}`
            : sizeWords(log.totalBytes)}
        </span>
        <span className="console-log-buttons">
          <CopyButton text={log.text} label="Copy log" variant="subtle" />
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            leftSection={<RefreshCw size={14} aria-hidden />}
            onClick={() => void load()}
          >
            Read again
          </Button>
        </span>
      </div>
      <pre className="console-log-text" tabIndex={0} aria-label="Log text" dir="ltr">
        {log.text}
      </pre>
    </section>
  )
}
