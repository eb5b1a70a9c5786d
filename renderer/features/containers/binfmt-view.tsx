import { Button, Loader } from '@mantine/core'
import { useCallback } from 'react'

import type { BinfmtEntry } from '#contract/elf'

import { useClient } from '../../state/client-context.ts'
import { useAnswer } from '../../state/use-answer.ts'
import { CommandLine } from '../../ui/command-line.tsx'
import { FailureCard } from '../../ui/failure-card.tsx'

/** What runs programs of other architectures: on the host, in each container, and which emulators there are. */
export function BinfmtView() {
  const client = useClient()
  const ask = useCallback((signal: AbortSignal) => client.call('binfmt.show', {}, { signal }), [client])
  const { value, failure, askAgain } = useAnswer(ask)
  if (failure !== undefined)
    return <FailureCard failure={failure} actions={<Button onClick={askAgain}>Look again</Button>} />
  if (value === undefined) return <Loader size="sm" role="status" aria-label="Looking at the registrations" />
  return (
    <>
      <section className="panel" aria-label="Registered on this host">
        <h2>On this host</h2>
        {value.host.entries.length === 0 ? (
          <p>Nothing is registered, and Petri leaves it so.</p>
        ) : (
          <Entries entries={value.host.entries} />
        )}
        <p className="quiet">{value.systemWide.text}</p>
        <CommandLine command={value.systemWide.command} />
      </section>
      <section className="panel" aria-label="Registered in containers">
        <h2>In containers</h2>
        <p className={value.own.works ? 'tone-good' : 'tone-bad'}>
          {value.own.works ? 'Works: ' : 'Does not work: '}
          {value.own.why}
        </p>
        {value.containers.length === 0 && <p className="quiet">No container with an emulator runs now.</p>}
        {value.containers.map(({ id, name, entries }) => (
          <div key={id}>
            <h3 className="wrap-anywhere">{name}</h3>
            <Entries entries={entries} />
          </div>
        ))}
      </section>
      <section className="panel" aria-label="Emulators">
        <h2>Emulators</h2>
        <ul className="emulators">
          {value.emulators.map(({ architecture, path, version }) => (
            <li key={architecture}>
              <strong>{architecture}</strong> <span className="quiet wrap-anywhere">{`${path}, QEMU ${version}`}</span>
            </li>
          ))}
        </ul>
      </section>
    </>
  )
}

function Entries({ entries }: { readonly entries: readonly BinfmtEntry[] }) {
  return (
    <ul>
      {entries.map((entry) => (
        <li key={entry.name}>
          <strong>{entry.name}</strong> {entry.enabled ? 'on' : 'off'}, {entry.interpreter}
          {entry.interpreterThere ? '' : ' (missing)'}
          <ul className="quiet">
            {entry.flagsExplained.map((flag) => (
              <li key={flag}>{flag}</li>
            ))}
            {entry.magic !== undefined && <li className="wrap-anywhere">Begins with {entry.magic}</li>}
          </ul>
        </li>
      ))}
    </ul>
  )
}
