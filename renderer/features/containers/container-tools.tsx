import { Button, NumberInput, Switch, TextInput } from '@mantine/core'
import { type DragEvent, type ReactNode, useCallback, useState } from 'react'

import type { ContainerEntry } from '#contract/container'

import { failureOf } from '../../api/call-failed.ts'
import { useClient } from '../../state/client-context.ts'
import { setJobDrawerOpen } from '../../state/job-drawer-store.ts'
import { useAnswer } from '../../state/use-answer.ts'
import { CommandLine } from '../../ui/command-line.tsx'
import { FailureCard, type FailureFacts } from '../../ui/failure-card.tsx'
import { PathInput } from '../form/path-input.tsx'
import type { TerminalWish } from './container-terminals.ts'

interface ContainerToolsProps {
  readonly entry: ContainerEntry
  /** Opens a terminal; the debugger's command line when the program waits for one. */
  readonly onRun: (wish: TerminalWish, label: string) => Promise<string | undefined>
}

/** What is done to a container by hand: run and debug a command, copy files in, find core dumps, rename, export. */
export function ContainerTools({ entry, onRun }: ContainerToolsProps) {
  return (
    <div className="containers">
      <RunCommand entry={entry} onRun={onRun} />
      <CopyIn id={entry.id} />
      <CoreDumps entry={entry} />
      <Keep key={entry.name} entry={entry} />
    </div>
  )
}

/** One thing to do: a form with the failure of its last try. */
function Tool({
  title,
  action,
  ready,
  run,
  children,
}: {
  readonly title: string
  readonly action: string
  readonly ready: boolean
  readonly run: () => Promise<void>
  readonly children: ReactNode
}) {
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<FailureFacts>()
  const submit = async () => {
    setBusy(true)
    setFailure(undefined)
    await run().catch((error: unknown) => setFailure(failureOf(error)))
    setBusy(false)
  }
  return (
    <section className="panel" aria-label={title}>
      <h2>{title}</h2>
      <form
        className="container-form"
        onSubmit={(event) => {
          event.preventDefault()
          if (ready) void submit()
        }}
      >
        {children}
        <Button type="submit" variant="default" disabled={!ready} loading={busy}>
          {action}
        </Button>
      </form>
      {failure !== undefined && <FailureCard failure={failure} onDismiss={() => setFailure(undefined)} />}
    </section>
  )
}

const words = (text: string) => text.split(/\s+/).filter((word) => word !== '')

function RunCommand({ entry, onRun }: ContainerToolsProps) {
  const [command, setCommand] = useState('')
  const [strace, setStrace] = useState(false)
  const [gdbPort, setGdbPort] = useState<number>()
  const [cpuModel, setCpuModel] = useState('')
  const [gdb, setGdb] = useState<string>()
  const argv = words(command)
  const isEmulated = entry.badge.includes('emulated')
  const run = async () => {
    const wish = {
      argv,
      strace,
      ...(gdbPort !== undefined && { gdbPort }),
      ...(cpuModel.trim() !== '' && { cpuModel: cpuModel.trim() }),
    }
    setGdb(await onRun(wish, argv[0]?.split('/').at(-1) ?? 'Command'))
  }
  return (
    <>
      <Tool title="Run a command" action="Run in a terminal" ready={argv.length > 0} run={run}>
        <TextInput
          label="Command"
          description="Program and arguments, with spaces between them"
          placeholder="/root/program --option"
          spellCheck={false}
          autoComplete="off"
          value={command}
          onChange={(event) => setCommand(event.currentTarget.value)}
        />
        {isEmulated && (
          <>
            <NumberInput
              label="Wait for a debugger at port"
              description="Before the first instruction"
              placeholder="1234"
              min={1024}
              max={65_535}
              value={gdbPort ?? ''}
              onChange={(value) => setGdbPort(typeof value === 'number' ? value : undefined)}
            />
            <TextInput
              label="Processor model"
              description="QEMU’s name of one"
              placeholder="cortex-a7"
              spellCheck={false}
              autoComplete="off"
              value={cpuModel}
              onChange={(event) => setCpuModel(event.currentTarget.value)}
            />
            <Switch
              label="Print every system call"
              checked={strace}
              onChange={(event) => setStrace(event.currentTarget.checked)}
            />
          </>
        )}
      </Tool>
      {gdb !== undefined && (
        <section className="panel" aria-label="Debugger">
          <h2>It waits for this debugger</h2>
          <CommandLine command={gdb} />
        </section>
      )}
    </>
  )
}

function CopyIn({ id }: { readonly id: string }) {
  const client = useClient()
  const { bridge } = client
  const [path, setPath] = useState('')
  const [dropped, setDropped] = useState<readonly string[]>([])
  const [folder, setFolder] = useState('/root')
  const [said, setSaid] = useState('')
  const canDrop = bridge.pathOfDropped !== undefined
  const paths = dropped.length > 0 ? dropped : path.startsWith('/') ? [path.trim()] : []
  const drop = (event: DragEvent) => {
    event.preventDefault()
    const found = [...event.dataTransfer.files].map((file) => bridge.pathOfDropped?.(file))
    setDropped(found.filter((each) => each !== undefined))
  }
  const copy = async () => {
    setSaid('')
    const { copied } = await client.call('container.copyIn', { id, paths: [...paths], folder })
    setSaid(`${copied === 1 ? '1 file' : `${copied} files`} copied to ${folder}.`)
    setDropped([])
    setPath('')
  }
  return (
    <div onDragOver={(event) => canDrop && event.preventDefault()} onDrop={drop}>
      <Tool title="Copy files into it" action="Copy" ready={paths.length > 0 && folder.startsWith('/')} run={copy}>
        {dropped.length > 0 ? (
          <div>
            <p className="wrap-anywhere">{dropped.join(', ')}</p>
            <Button size="compact-sm" variant="subtle" onClick={() => setDropped([])}>
              Not these
            </Button>
          </div>
        ) : (
          <PathInput
            label="File"
            description={canDrop ? 'Or drop files here' : 'Of the computer where Petri runs'}
            placeholder="/home/me/program"
            value={path}
            onChange={setPath}
            error={path === '' || path.startsWith('/') ? undefined : 'Give the whole path, from / on.'}
          />
        )}
        <TextInput
          label="Folder inside"
          spellCheck={false}
          autoComplete="off"
          value={folder}
          onChange={(event) => setFolder(event.currentTarget.value)}
        />
      </Tool>
      <div role="status">{said !== '' && <p className="quiet wrap-anywhere">{said}</p>}</div>
    </div>
  )
}

function CoreDumps({ entry }: { readonly entry: ContainerEntry }) {
  const client = useClient()
  const ask = useCallback(
    async (signal: AbortSignal) => ({
      of: entry,
      cores: await client.call('container.cores', { id: entry.id }, { signal }),
    }),
    [client, entry],
  )
  const { value, failure, askAgain } = useAnswer(ask)
  return (
    <section className="panel" aria-label="Core dumps">
      <div className="ways-head">
        <h2>Core dumps</h2>
        <Button size="compact-sm" variant="default" onClick={askAgain}>
          Look again
        </Button>
      </div>
      {failure !== undefined && <FailureCard failure={failure} />}
      {value?.cores.length === 0 && <p className="quiet">None was found.</p>}
      <ul>
        {value?.cores.map(({ path, sizeBytes, command }) => (
          <li key={path}>
            <span className="wrap-anywhere">{path}</span>{' '}
            <span className="quiet">{Math.ceil(sizeBytes / 2 ** 20)} MiB</span>
            <CommandLine command={command} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Keep({ entry }: { readonly entry: ContainerEntry }) {
  const client = useClient()
  const { id } = entry
  const [name, setName] = useState(entry.name)
  const [path, setPath] = useState('')
  const rename = async () => void (await client.call('container.rename', { id, name: name.trim() }))
  const write = async () => {
    await client.call('container.export', { id, path: path.trim() })
    setJobDrawerOpen(true)
  }
  return (
    <>
      <Tool title="Rename it" action="Rename" ready={name.trim() !== '' && name.trim() !== entry.name} run={rename}>
        <TextInput
          label="Name"
          maxLength={120}
          dir="auto"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      </Tool>
      <Tool title="Write it as a tar file" action="Export" ready={path.startsWith('/')} run={write}>
        <TextInput
          label="New file"
          description=".tar, .tar.gz or .tar.zst, on the computer where Petri runs"
          placeholder={`/home/me/${id}.tar.zst`}
          spellCheck={false}
          autoComplete="off"
          value={path}
          onChange={(event) => setPath(event.currentTarget.value)}
        />
      </Tool>
    </>
  )
}
