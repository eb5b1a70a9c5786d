import type { ExitReason } from '#contract/vm-state'
import { OctagonAlert, Power } from 'lucide-react'

import { RawText } from '../../../ui/raw-text.tsx'
import { timeWords } from '../state-words.ts'

/** Why the machine ended the last time, in words, with what QEMU said. */
export function LastExit({ exit }: { readonly exit: ExitReason }) {
  const bad = exit.kind === 'crashed' || exit.kind === 'failed-to-start' || exit.kind === 'out-of-memory'
  const facts = [
    ...(exit.exitCode !== undefined ? [`exit code ${exit.exitCode}`] : []),
    ...(exit.signal !== undefined ? [`signal ${exit.signal}`] : []),
    timeWords(exit.at),
  ]
  return (
    <section className="last-exit panel" aria-label="Last exit">
      {bad ? (
        <OctagonAlert size={17} className="tone-bad" aria-hidden />
      ) : (
        <Power size={17} className="quiet" aria-hidden />
      )}
      <div className="last-exit-body">
        <p className="last-exit-message wrap-anywhere">{exit.message}</p>
        <p className="quiet last-exit-facts">{facts.join(', ')}</p>
        {exit.stderrTail !== undefined && exit.stderrTail !== '' && (
          <RawText className="last-exit-stderr" label="What QEMU said last" text={exit.stderrTail} />
        )}
      </div>
    </section>
  )
}
