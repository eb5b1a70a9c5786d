import type { CommandDiff } from '#contract/vm-state'
import { VisuallyHidden } from '@mantine/core'

import { timeWords } from '../state-words.ts'

/** What the next start does otherwise than the last one. */
export function CommandChanges({ diff, isOff }: { readonly diff: CommandDiff; readonly isOff: boolean }) {
  const { options, startedAt } = diff
  if (startedAt === undefined) return null
  const changed = options.filter(({ kind }) => kind !== 'same')
  if (changed.length === 0)
    return isOff && <p className="quiet command-unchanged">The same as at the last start, {timeWords(startedAt)}.</p>
  return (
    <section aria-label="Changed since the last start" className="command-changes">
      <h2 className="explained-title">
        {isOff ? 'Changed since the last start' : 'Other than it was started'}, {timeWords(startedAt)}
      </h2>
      <ul className="panel">
        {changed.map(({ args, kind }) => (
          <li key={`${kind} ${args.join(' ')}`} className={kind === 'added' ? 'tone-good' : 'tone-bad'}>
            <span aria-hidden>{kind === 'added' ? '+' : '−'}</span>
            <VisuallyHidden>{kind === 'added' ? 'Now: ' : 'Before: '}</VisuallyHidden>
            <code>{args.join(' ')}</code>
          </li>
        ))}
      </ul>
    </section>
  )
}
