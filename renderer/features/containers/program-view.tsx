import { Button, Loader, TextInput } from '@mantine/core'
import { FileCode } from 'lucide-react'
import { type DragEvent, useCallback, useState } from 'react'

import type { FileReport } from '#contract/elf'

import { failureOf } from '../../api/call-failed.ts'
import { useClient } from '../../state/client-context.ts'
import { useAnswer } from '../../state/use-answer.ts'
import type { TerminalSession } from '../../terminal/terminal-session.ts'
import { TerminalView } from '../../terminal/terminal-view.tsx'
import { CommandLine } from '../../ui/command-line.tsx'
import { FailureCard } from '../../ui/failure-card.tsx'
import { Situation } from '../../ui/situation.tsx'
import { tellFailure } from '../jobs/tell-failure.ts'
import { PathInput } from '../form/path-input.tsx'
import { containerSession, endContainerSession } from './container-sessions.ts'

/** Drop or name a program: what it is, whether it runs here, and run it. */
export function ProgramView() {
  const { bridge } = useClient()
  const [text, setText] = useState('')
  const [path, setPath] = useState<string>()
  const canDrop = bridge.pathOfDropped !== undefined
  const drop = (event: DragEvent): void => {
    event.preventDefault()
    const dropped = bridge.pathOfDropped?.(event.dataTransfer.files[0])
    if (dropped === undefined) return
    setText(dropped)
    setPath(dropped)
  }
  return (
    <div className="program-drop" onDragOver={(event) => canDrop && event.preventDefault()} onDrop={drop}>
      <form
        className="panel program-look"
        onSubmit={(event) => {
          event.preventDefault()
          if (text.startsWith('/')) setPath(text.trim())
        }}
      >
        <PathInput
          label="Program"
          description="Any file: it is only read until you run it"
          placeholder="/home/me/program"
          value={text}
          onChange={setText}
          error={text === '' || text.startsWith('/') ? undefined : 'Give the whole path, from / on.'}
        />
        <Button type="submit" disabled={!text.startsWith('/')}>
          Look into it
        </Button>
      </form>
      {path === undefined ? (
        <Situation icon={<FileCode size={28} />} title="No program is open">
          {canDrop ? 'Drop a program here, or name one above.' : 'Name a program above.'} Petri says what it is, what it
          needs, and why it does not run where it does not.
        </Situation>
      ) : (
        <OneProgram key={path} path={path} />
      )}
    </div>
  )
}

function OneProgram({ path }: { readonly path: string }) {
  const client = useClient()
  const ask = useCallback((signal: AbortSignal) => client.call('binary.inspect', { path }, { signal }), [client, path])
  const { value, failure, askAgain } = useAnswer(ask)
  if (failure !== undefined)
    return <FailureCard failure={failure} actions={<Button onClick={askAgain}>Look again</Button>} />
  if (value === undefined) return <Loader size="sm" role="status" aria-label="Looking into the program" />
  return <ProgramReport report={value} />
}

function ProgramReport({ report }: { readonly report: FileReport }) {
  const client = useClient()
  const [args, setArgs] = useState('')
  const [session, setSession] = useState<{ readonly runId: string; readonly session: TerminalSession }>()
  const { facts, verdict, command, path } = report
  const rows = [
    ['Format', facts.format],
    ['Machine', facts.machine],
    ['Architecture', facts.architecture],
    ['Kind', facts.type],
    ['ABI', facts.abi],
    ['Floating point', facts.floatAbi],
    ['Linked', facts.linkage],
    ['Loader', facts.interpreter],
    ['Libraries', facts.libraries?.join(', ')],
    ['Wants Linux', facts.minimumKernel],
  ].flatMap(([name = '', value]) => (value === undefined ? [] : [{ name, value }]))
  const run = async () => {
    if (session !== undefined) endContainerSession(session.runId)
    try {
      const words = args.split(' ').filter((word) => word !== '')
      const { runId } = await client.call('binary.run', { path, args: words, sandbox: true, cols: 80, rows: 24 })
      setSession({ runId, session: containerSession(client, runId, path) })
    } catch (error) {
      tellFailure(failureOf(error))
    }
  }
  return (
    <>
      <section className="panel" aria-label="What the program is">
        <h2 className={verdict.runs === 'not' ? 'tone-bad' : 'tone-good'}>{verdict.title}</h2>
        <p>{verdict.why}</p>
        {verdict.cure !== undefined && <p>{verdict.cure.text}</p>}
        {verdict.cure?.command !== undefined && <CommandLine command={verdict.cure.command} />}
        <dl className="program-facts">
          {rows.map(({ name, value }) => (
            <div key={name}>
              <dt className="quiet">{name}</dt>
              <dd className="wrap-anywhere">{value}</dd>
            </div>
          ))}
        </dl>
        {command !== undefined && (
          <>
            <CommandLine command={command.shell} />
            <div className="program-run">
              <TextInput label="Arguments" value={args} onChange={(event) => setArgs(event.currentTarget.value)} />
              <Button onClick={() => void run()}>Run in a sandbox</Button>
            </div>
            <p className="quiet">It sees itself and this host’s programs, no files of yours and no network.</p>
          </>
        )}
      </section>
      {session !== undefined && (
        <div className="program-output">
          <TerminalView key={session.runId} session={session.session} label={`Output of ${path}`} />
        </div>
      )}
    </>
  )
}
