import { Button } from '@mantine/core'
import { useCallback } from 'react'

import type { ContainerArchitecture } from '#contract/container'

import { failureOf } from '../../api/call-failed.ts'
import { useClient } from '../../state/client-context.ts'
import { useAnswer } from '../../state/use-answer.ts'
import { tellFailure } from '../jobs/tell-failure.ts'

const WORDS = {
  container: 'Container (qemu-user)',
  machine: 'Virtual machine (qemu-system)',
  cross: 'Cross compiler',
} as const

/** The honest choice: the three ways, what each costs on this host, and its limits. */
export function WaysView({ architecture }: { readonly architecture: ContainerArchitecture }) {
  const client = useClient()
  const ask = useCallback(
    (signal: AbortSignal) => client.call('container.ways', { architecture }, { signal }),
    [client, architecture],
  )
  const { value } = useAnswer(ask)
  if (value === undefined) return null
  const measure = () =>
    void client.call('container.measure', { architecture }).catch((error: unknown) => tellFailure(failureOf(error)))
  return (
    <section className="panel" aria-labelledby="ways-title">
      <div className="ways-head">
        <h2 id="ways-title">Three ways to run {architecture}</h2>
        <Button size="compact-sm" variant="default" onClick={measure}>
          Measure on this host
        </Button>
      </div>
      <div className="ways">
        {value.map(({ way, cpu, syscalls, files, notes }) => (
          <div key={way}>
            <h3>{WORDS[way]}</h3>
            <p>
              {cpu === undefined
                ? 'Not measured'
                : `${cpu} × the time of this host’s own processor${syscalls === undefined ? '' : `; system calls ${syscalls} ×, files ${files ?? '?'} ×`}`}
            </p>
            <ul>
              {notes.map((note) => (
                <li key={note} className="quiet wrap-anywhere">
                  {note}
                </li>
              ))}
            </ul>
          </div>
        ))}
      </div>
    </section>
  )
}
