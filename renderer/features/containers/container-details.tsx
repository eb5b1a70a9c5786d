import { Button, Skeleton, Table } from '@mantine/core'
import { useCallback, useEffect, useState } from 'react'

import type { ContainerEntry, ContainerSnapshot } from '#contract/container'

import { failureOf } from '../../api/call-failed.ts'
import { useClient } from '../../state/client-context.ts'
import { useAnswer } from '../../state/use-answer.ts'
import { CommandLine } from '../../ui/command-line.tsx'
import { FailureCard } from '../../ui/failure-card.tsx'
import { RawText } from '../../ui/raw-text.tsx'
import { tellFailure } from '../jobs/tell-failure.ts'
import { confirm } from '../machines/machine-questions.tsx'
import { networkWords, routeWords } from './container-words.ts'

/** Processes are looked at this often while they are in sight, in ms: nothing announces them. */
const LOOK_EVERY_MS = 3_000

/** A failure becomes a notice. */
const tell = (error: unknown) => tellFailure(failureOf(error))

/** What a container is made of and what goes on in it. */
export function ContainerDetails({ entry }: { readonly entry: ContainerEntry }) {
  const client = useClient()
  const { id, state } = entry
  // A changed entry is a new object: it is asked again then.
  const ask = useCallback(
    async (signal: AbortSignal) => ({ of: entry, shown: await client.call('container.show', { id }, { signal }) }),
    [client, id, entry],
  )
  const { value, failure, askAgain } = useAnswer(ask)
  if (failure !== undefined)
    return <FailureCard failure={failure} actions={<Button onClick={askAgain}>Look again</Button>} />
  if (value === undefined) return <Skeleton height={80} mt="md" />
  const { shown } = value
  const goBack = async ({ id: snapshotId, name }: ContainerSnapshot) => {
    const text = 'What was written in the container since then is gone, unless another snapshot has it.'
    if (!(await confirm({ title: `Go back to “${name}”?`, text, confirm: 'Go back' }))) return
    client.call('container.revert', { id, snapshotId }).catch(tell)
  }
  const deleteSnapshot = async ({ id: snapshotId, name }: ContainerSnapshot) => {
    const text = 'The container stays as it is; there is no way back to this state.'
    if (!(await confirm({ title: `Delete “${name}”?`, text, confirm: 'Delete' }))) return
    client.call('container.deleteSnapshot', { id, snapshotId }).catch(tell)
  }
  return (
    <div className="containers">
      <section className="panel" aria-label="About the container">
        <p className="wrap-anywhere">
          From {entry.baseLabel}; its own changes take {Math.round(shown.ownBytes / 2 ** 20)} MiB.
        </p>
        {state.kind === 'running' && (
          <p>
            {routeWords[state.route]} {networkWords[state.network]}.
          </p>
        )}
        {state.kind === 'stopped' && state.reason !== undefined && <p className="tone-warn">{state.reason}</p>}
        {!shown.limitsInForce && shown.spec !== undefined && Object.keys(shown.spec.limits).length > 0 && (
          <p className="tone-warn">Its limits are not in force: no control group of version 2 is this user’s.</p>
        )}
        <CommandLine command={`petri container shell ${id}`} />
      </section>
      {state.kind === 'running' && <Processes id={id} />}
      <section className="panel" aria-label="Snapshots">
        <h2>Snapshots</h2>
        {shown.spec?.snapshots.length === 0 && <p className="quiet">None. Taking one is instant.</p>}
        <ul>
          {shown.spec?.snapshots.map((snapshot) => (
            <li key={snapshot.id} className="wrap-anywhere">
              {snapshot.name} <span className="quiet">{new Date(snapshot.at).toLocaleString()}</span>{' '}
              <Button
                size="compact-sm"
                variant="default"
                disabled={state.kind !== 'stopped'}
                aria-label={`Go back to it: ${snapshot.name}`}
                onClick={() => void goBack(snapshot)}
              >
                Go back to it
              </Button>{' '}
              <Button
                size="compact-sm"
                variant="subtle"
                aria-label={`Delete ${snapshot.name}`}
                onClick={() => void deleteSnapshot(snapshot)}
              >
                Delete
              </Button>
            </li>
          ))}
        </ul>
      </section>
      <section className="panel" aria-label="Configuration">
        <h2>What LXC gets</h2>
        <RawText className="container-config" label="Configuration of LXC" text={shown.configuration} />
        <p className="quiet wrap-anywhere">{shown.folder}</p>
      </section>
    </div>
  )
}

function Processes({ id }: { readonly id: string }) {
  const client = useClient()
  const [look, setLook] = useState(0)
  const ask = useCallback(
    async (signal: AbortSignal) => ({ look, rows: await client.call('container.processes', { id }, { signal }) }),
    [client, id, look],
  )
  const { value } = useAnswer(ask)
  useEffect(() => {
    const timer = setTimeout(() => setLook(look + 1), LOOK_EVERY_MS)
    return () => clearTimeout(timer)
  }, [look])
  return (
    <section className="panel" aria-label="Processes">
      <h2>Processes, inside and on the host</h2>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Inside</Table.Th>
            <Table.Th>Command</Table.Th>
            <Table.Th>Memory</Table.Th>
            <Table.Th>On the host</Table.Th>
            <Table.Th>Host’s command</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {value?.rows.map((row) => (
            <Table.Tr key={row.hostPid}>
              <Table.Td>{row.pid}</Table.Td>
              <Table.Td className="wrap-anywhere">{row.command}</Table.Td>
              <Table.Td>{Math.round(row.memoryBytes / 2 ** 20)} MiB</Table.Td>
              <Table.Td>{row.hostPid}</Table.Td>
              <Table.Td className="wrap-anywhere quiet">{row.hostCommand}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  )
}
