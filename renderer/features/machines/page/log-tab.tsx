import type { VmEntry } from '#contract/vm-state'
import { Button, Skeleton } from '@mantine/core'
import { RefreshCw, ScrollText } from 'lucide-react'
import { useCallback, useMemo } from 'react'

import { useClient } from '../../../state/client-context.ts'
import { useAnswer } from '../../../state/use-answer.ts'
import { CopyButton } from '../../../ui/copy-button.tsx'
import { FailureCard } from '../../../ui/failure-card.tsx'
import { RawText } from '../../../ui/raw-text.tsx'
import { Situation } from '../../../ui/situation.tsx'
import { sizeWords } from '../state-words.ts'
import { bytesFromBase64, consoleText } from './console-text.ts'
import { LastExit } from './last-exit.tsx'

/** How much of the log is shown; the whole is saved from the console. */
const SHOWN_BYTES = 256 * 1024

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
  const { value, failure, askAgain } = useAnswer(
    useCallback(
      (signal) =>
        client.call(
          'console.log',
          { target: { kind: 'serial', vmId: id, port: 0 }, maxBytes: SHOWN_BYTES },
          { signal },
        ),
      [client, id],
    ),
  )
  const log = useMemo(
    () => value && { text: consoleText(bytesFromBase64(value.base64)).trimEnd(), totalBytes: value.totalBytes },
    [value],
  )

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
            onClick={askAgain}
          >
            Read again
          </Button>
        </span>
      </div>
      <RawText className="console-log-text" label="Log text" text={log.text} fromEnd />
    </section>
  )
}
