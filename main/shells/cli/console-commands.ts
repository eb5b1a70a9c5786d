import { setTimeout as delay } from 'node:timers/promises'

import { type VmEntry } from '#contract/vm-state'
import { type Command } from 'commander'

import { attachConsole } from './attach-console.ts'
import { callApi, withSession } from './call-api.ts'
import { type CliContext, type PetriSession } from './cli-context.ts'
import { CliFailure } from './cli-failure.ts'
import { findMachine } from './find-machine.ts'
import { startMachine, stateSentence } from './life-commands.ts'
import { wholeNumberValue } from './option-values.ts'
import { printJson, printNote } from './print.ts'
import { safeText } from './safe-text.ts'
import { waitForState } from './wait-for-state.ts'

const DEFAULT_MACHINE = 'starter'
const LOG_MAX_BYTES = 16_777_216
/** How long a machine whose console ended may take until its state says why, in ms. */
const EXIT_REASON_LIMIT_MS = 5_000

interface ViewOptions {
  readonly port: number
  readonly history: boolean
  readonly quietExit?: number
}

/** Commands that show a machine's serial port: console and run. */
export function addConsoleCommands(program: Command, context: CliContext): void {
  const viewCommand = (name: string, description: string): Command =>
    program
      .command(name)
      .description(description)
      .option('--port <number>', 'which serial port, from 0', wholeNumberValue(0, 3), 0)
      .option('--no-history', 'leave out what the console said before')
      .option(
        '--quiet-exit <seconds>',
        'with input from a pipe: end when it has ended and nothing came for this long',
        wholeNumberValue(1, 86_400),
      )

  viewCommand('console', "join the terminal to a machine's serial port; leave with Ctrl-]")
    .argument('<name>', 'name or id')
    .option('--log', 'print what the console has said, and end')
    .option('--json', 'with --log: print {base64, totalBytes}')
    .action((name: string, options: ViewOptions & { readonly log?: boolean; readonly json?: boolean }) =>
      options.log ? printLog(context, name, options.port, options.json === true) : viewMachine(context, name, options),
    )

  viewCommand('run', 'start a machine if it is off, and join the terminal to its serial port')
    .argument('[name]', 'name or id', DEFAULT_MACHINE)
    .option('--throwaway', 'run a stopped machine in this terminal and forget every change when it ends')
    .action((name: string, options: ViewOptions & { readonly throwaway?: boolean }) =>
      options.throwaway ? runThrowaway(context, name, options) : runMachine(context, name, options),
    )
}

async function printLog(context: CliContext, name: string, port: number, json: boolean): Promise<void> {
  await withSession(context, async (session) => {
    const { id } = await findMachine(session, name, context.signal)
    const target = { kind: 'serial', vmId: id, port } as const
    const log = await callApi(session, 'console.log', { target, maxBytes: LOG_MAX_BYTES }, context.signal)
    if (json) printJson(context.stdout, log)
    else context.stdout.write(Buffer.from(log.base64, 'base64'))
  })
}

async function viewMachine(context: CliContext, name: string, options: ViewOptions): Promise<void> {
  await withSession(context, async (session) => {
    const entry = await findMachine(session, name, context.signal)
    await followMachine(context, session, entry, options)
  })
}

async function runMachine(context: CliContext, name: string, options: ViewOptions): Promise<void> {
  await withSession(context, async (session) => {
    const entry = await findMachine(session, name, context.signal)
    const started = isOff(entry) ? await startMachine(session, entry.id, context.signal) : entry
    printNote(context, stateSentence(started))
    await followMachine(context, session, started, options)
  })
}

/** Shows a machine's console until it is left or the machine is off, and says how that came. */
async function followMachine(
  context: CliContext,
  session: PetriSession,
  entry: VmEntry,
  options: ViewOptions,
): Promise<void> {
  if (entry.kind === 'machine' && options.port >= entry.serialPorts) throw noSuchPort(entry.name, entry.serialPorts)
  const isTerminal = context.stdin.isTTY === true
  if (isTerminal) printNote(context, `console of ${safeText(entry.name)}; leave with Ctrl-]`)
  const end = await attachConsole(context, session, {
    target: { kind: 'serial', vmId: entry.id, port: options.port },
    history: options.history,
    // The console of a machine that was just taken over may be connected a moment later.
    waitForPower: isTerminal || !isOff(entry),
    quietExitMs: quietExitMs(options),
  })
  switch (end.kind) {
    case 'left':
      context.stderr.write('\n')
      return printNote(context, `left the console; ${safeText(entry.name)} goes on without it`)
    case 'quiet':
      return
    case 'idle':
      return reportEnd(context, session, entry)
    case 'closed':
      if (!(await isLost(session))) throw new CliFailure({ code: 'unavailable', title: end.reason })
      // The machine runs on without its owner: find the next one, or become it, and stay with the console.
      printNote(context, `${safeText(end.reason)}; connecting again`)
      return withSession(context, (next) => followMachine(context, next, entry, { ...options, history: false }))
  }
}

/** Says why a machine is off; throws `CliFailure` when it did not end in an orderly way. */
async function reportEnd(context: CliContext, session: PetriSession, entry: VmEntry): Promise<void> {
  const wait = { signal: context.signal, timeoutMs: EXIT_REASON_LIMIT_MS, until: isOff }
  const ended = await waitForState(session, entry.id, wait)
  const exit = ended.state.kind === 'stopped' ? ended.state.lastExit : undefined
  if (exit === undefined || !brokenExits.has(exit.kind)) return printNote(context, stateSentence(ended))
  throw new CliFailure({
    code: 'command-failed',
    title: `"${safeText(entry.name)}" ended unexpectedly`,
    cause: exit.message,
    ...(exit.stderrTail === undefined || exit.stderrTail === '' ? {} : { raw: exit.stderrTail }),
  })
}

const isOff = ({ state }: VmEntry): boolean => state.kind === 'stopped' || state.kind === 'suspended'

const brokenExits: ReadonlySet<string> = new Set(['crashed', 'out-of-memory', 'failed-to-start'])

async function runThrowaway(context: CliContext, name: string, options: ViewOptions): Promise<void> {
  const { stdout, signal } = context
  await withSession(context, async (session) => {
    const { id, name: title } = await findMachine(session, name, signal)
    const size = { cols: stdout.columns ?? 80, rows: stdout.rows ?? 24 }
    const { runId } = await callApi(session, 'vm.throwaway', { id, ...size }, signal)
    printNote(context, `throwaway run of ${safeText(title)}: no change is kept; Ctrl-] ends it`)
    const end = await attachConsole(context, session, {
      target: { kind: 'throwaway', runId },
      history: true,
      waitForPower: false,
      quietExitMs: quietExitMs(options),
    })
    context.stderr.write('\n')
    printNote(context, 'reason' in end ? safeText(end.reason) : 'the throwaway run was ended; nothing was changed')
  })
}

const quietExitMs = ({ quietExit }: ViewOptions): number | undefined =>
  quietExit === undefined ? undefined : quietExit * 1000

/** Whether the owner behind the session is gone by now. */
function isLost(session: PetriSession): Promise<boolean> {
  return Promise.race([session.lost.then(() => true), delay(0, false)])
}

function noSuchPort(name: string, ports: number): CliFailure {
  const has = ports === 0 ? 'no serial port' : `${ports} serial ${ports === 1 ? 'port' : 'ports'}, counted from 0`
  return new CliFailure({ code: 'bad-request', title: `"${safeText(name)}" has ${has}` })
}
