import { Button, Checkbox, NumberInput, Select, TextInput } from '@mantine/core'
import { useEffect, useMemo, useState } from 'react'

import type { CallResult } from '#contract/api'
import { containerArchitectures } from '#contract/container'

import { failureOf } from '../../api/call-failed.ts'
import { useClient } from '../../state/client-context.ts'
import { setJobDrawerOpen } from '../../state/job-drawer-store.ts'
import { navigate } from '../../state/use-route.ts'
import { FailureCard, type FailureFacts } from '../../ui/failure-card.tsx'
import { draftFrom, type Wishes } from './container-draft.ts'
import { networkWords, routeWords } from './container-words.ts'
import { WaysView } from './ways-view.tsx'

const FIRST: Wishes = {
  name: 'pi',
  architecture: 'armhf',
  from: 'debian:bookworm',
  packages: '',
  network: 'auto',
  mount: '',
  ports: '',
  memoryMiB: undefined,
  cpus: undefined,
  secretsConfirmed: false,
}

/** The launcher: architecture, root file system, name, and what else is wanted; every problem is shown at once. */
export function NewContainer() {
  const client = useClient()
  const [wishes, setWishes] = useState(FIRST)
  const [answer, setAnswer] = useState<CallResult<'container.preview'>>()
  const [failure, setFailure] = useState<FailureFacts>()
  const [busy, setBusy] = useState(false)
  const draft = useMemo(() => draftFrom(wishes), [wishes])
  const change = (part: Partial<Wishes>) => setWishes({ ...wishes, ...part })

  useEffect(() => {
    const stop = new AbortController()
    client.call('container.preview', { draft }, { signal: stop.signal }).then(setAnswer, (error: unknown) => {
      if (!stop.signal.aborted) setFailure(failureOf(error))
    })
    return () => stop.abort()
  }, [client, draft])

  const make = async () => {
    setBusy(true)
    setFailure(undefined)
    try {
      const made = await client.call('container.create', { draft })
      if (made.id !== undefined) navigate({ kind: 'container', id: made.id })
      else {
        setJobDrawerOpen(true)
        navigate({ kind: 'containers', view: 'list' })
      }
    } catch (error) {
      setFailure(failureOf(error))
    } finally {
      setBusy(false)
    }
  }
  const problems = answer?.problems ?? []
  const blocked = problems.some(({ severity }) => severity === 'error')
  return (
    <>
      <form
        className="panel container-form"
        onSubmit={(event) => {
          event.preventDefault()
          if (!blocked) void make()
        }}
      >
        <Select
          label="Architecture"
          data={[...containerArchitectures]}
          value={wishes.architecture}
          searchable
          allowDeselect={false}
          onChange={(value) =>
            change({ architecture: containerArchitectures.find((each) => each === value) ?? 'armhf' })
          }
        />
        <TextInput
          label="Root file system"
          description="debian:bookworm, a tar or squashfs file, a folder, docker://image, or a base that is here"
          value={wishes.from}
          onChange={(event) => change({ from: event.currentTarget.value })}
        />
        <TextInput label="Name" value={wishes.name} onChange={(event) => change({ name: event.currentTarget.value })} />
        <TextInput
          label="Packages to install"
          description="For Debian releases, with spaces between them"
          value={wishes.packages}
          onChange={(event) => change({ packages: event.currentTarget.value })}
        />
        <TextInput
          label="Folder of this host to show inside"
          description="HOST:INSIDE, or HOST:INSIDE:ro"
          placeholder="/home/me/src:/src"
          value={wishes.mount}
          onChange={(event) => change({ mount: event.currentTarget.value })}
        />
        <Select
          label="Network"
          data={[
            { value: 'auto', label: 'Choose for me' },
            { value: 'nat', label: 'Its own, with a way out' },
            { value: 'host', label: 'Shared with this host' },
            { value: 'none', label: 'None' },
          ]}
          value={wishes.network}
          allowDeselect={false}
          onChange={(value) =>
            change({ network: (['auto', 'nat', 'host', 'none'] as const).find((each) => each === value) ?? 'auto' })
          }
        />
        <TextInput
          label="Ports to open on 127.0.0.1"
          placeholder="8080:80 2222:22"
          value={wishes.ports}
          onChange={(event) => change({ ports: event.currentTarget.value })}
        />
        <NumberInput
          label="Memory limit (MiB)"
          min={16}
          value={wishes.memoryMiB ?? ''}
          onChange={(value) => change({ memoryMiB: typeof value === 'number' ? value : undefined })}
        />
        <NumberInput
          label="Processor limit"
          min={0.1}
          step={0.5}
          value={wishes.cpus ?? ''}
          onChange={(value) => change({ cpus: typeof value === 'number' ? value : undefined })}
        />
        {(problems.some(({ code }) => code === 'secret-folder') || wishes.secretsConfirmed) && (
          <Checkbox
            label="Programs in the container may read the keys and files of this folder"
            checked={wishes.secretsConfirmed}
            onChange={(event) => change({ secretsConfirmed: event.currentTarget.checked })}
          />
        )}
        {problems.length > 0 && (
          <ul className="container-problems" aria-label="Problems">
            {problems.map((problem) => (
              <li
                key={`${problem.field} ${problem.code}`}
                className={problem.severity === 'error' ? 'tone-bad' : 'tone-warn'}
              >
                {problem.severity === 'error' ? 'Problem: ' : 'Note: '}
                {problem.message}{' '}
                {problem.cure !== undefined && <span className="quiet wrap-anywhere">{problem.cure}</span>}
              </li>
            ))}
          </ul>
        )}
        <p className="quiet">
          {answer?.route !== undefined && routeWords[answer.route]}{' '}
          {answer?.network !== undefined && `${networkWords[answer.network]}.`}
        </p>
        <Button type="submit" disabled={blocked} loading={busy}>
          Make the container
        </Button>
      </form>
      {failure !== undefined && <FailureCard failure={failure} onDismiss={() => setFailure(undefined)} />}
      <WaysView architecture={wishes.architecture} />
    </>
  )
}
