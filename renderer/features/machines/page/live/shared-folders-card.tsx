import type { MachineEntry } from '#contract/vm-state'
import { Skeleton } from '@mantine/core'
import { useCallback } from 'react'

import { useClient } from '../../../../state/client-context.ts'
import { useAnswer } from '../../../../state/use-answer.ts'
import { CommandLine } from '../../../../ui/command-line.tsx'
import { FailureCard } from '../../../../ui/failure-card.tsx'

/** Folders of this computer that the guest can mount, each with the command for the guest. */
export function SharedFoldersCard({ entry }: { readonly entry: MachineEntry }) {
  const client = useClient()
  const { value, failure } = useAnswer(
    useCallback((signal: AbortSignal) => client.call('share.list', { id: entry.id }, { signal }), [client, entry]),
  )
  return (
    <section className="panel live-card" aria-label="Shared folders">
      <h2 className="live-title">Shared folders</h2>
      {failure !== undefined && <FailureCard failure={failure} />}
      {value === undefined && failure === undefined && (
        <Skeleton height={34} role="status" aria-label="Loading the shared folders" />
      )}
      <ul className="live-list" aria-label="Folders">
        {value?.folders.map(({ id, path, readOnly, mountCommand }) => (
          <li key={id} className="live-share">
            <p className="live-empty wrap-anywhere">
              <code>{path}</code> {readOnly ? '(read-only)' : '(the guest may change it)'}. As root in the guest:
            </p>
            <CommandLine command={mountCommand} />
          </li>
        ))}
      </ul>
    </section>
  )
}
