import { type MachineEntry, type VmEntry } from '#contract/vm-state'
import { type Command } from 'commander'

import { callApi, withSession } from './call-api.ts'
import { type CliContext, type PetriSession } from './cli-context.ts'
import { CliFailure } from './cli-failure.ts'
import { findMachine } from './find-machine.ts'
import { machineRow } from './machine-row.ts'
import { wholeNumberValue } from './option-values.ts'
import { printJson, printLine } from './print.ts'
import { safeText } from './safe-text.ts'
import { waitForState } from './wait-for-state.ts'

/** How long QEMU may take to stop, pause or go on once it was told to, in ms. */
const QEMU_LIMIT_MS = 30_000
/** How long a start may take until QEMU answers; the first one on a host proves KVM before that. */
const START_LIMIT_MS = 120_000
const DEFAULT_SHUTDOWN_S = 60

interface JsonOption {
  readonly json?: boolean
}

/** Commands that change a machine's state. Each returns when the new state is reached. */
export function addLifeCommands(program: Command, context: CliContext): void {
  const { signal } = context
  const lifeCommand = (name: string, description: string): Command =>
    program
      .command(name)
      .description(description)
      .argument('<name>', 'name or id')
      .option('--json', 'print the machine as in list --json')

  /** Finds the machine, does the work, prints where the machine is then. */
  const act = (
    name: string,
    { json }: JsonOption,
    work: (session: PetriSession, id: string) => Promise<VmEntry>,
  ): Promise<void> =>
    withSession(context, async (session) => {
      const { id } = await findMachine(session, name, signal)
      const entry = await work(session, id)
      if (json) printJson(context.stdout, machineRow(entry))
      else printLine(context, stateSentence(entry))
    })

  lifeCommand('start', 'start a machine, or go on with a suspended one').action((name: string, options: JsonOption) =>
    act(name, options, (session, id) => startMachine(session, id, signal)),
  )

  lifeCommand('stop', 'shut a machine down as its power button would, and wait until it is off')
    .option('--force', 'pull the plug instead: what the guest has not written is lost')
    .option('--timeout <seconds>', 'how long the guest may take', wholeNumberValue(1, 3600), DEFAULT_SHUTDOWN_S)
    .action((name: string, options: JsonOption & { readonly force?: boolean; readonly timeout: number }) =>
      act(name, options, (session, id) =>
        options.force ? powerOff(session, id, signal) : shutDown(session, id, options.timeout * 1000, signal),
      ),
    )

  lifeCommand('pause', 'hold a running machine still').action((name: string, options: JsonOption) =>
    act(name, options, async (session, id) => {
      await callApi(session, 'vm.pause', { id }, signal)
      return waitForState(session, id, {
        signal,
        timeoutMs: QEMU_LIMIT_MS,
        until: (entry) => entry.state.kind === 'paused',
      })
    }),
  )

  lifeCommand('resume', 'let a paused machine go on').action((name: string, options: JsonOption) =>
    act(name, options, async (session, id) => {
      await callApi(session, 'vm.resume', { id }, signal)
      return waitForState(session, id, { signal, timeoutMs: QEMU_LIMIT_MS, until: isRunning })
    }),
  )

  lifeCommand('reset', 'restart a machine at once, as its reset button would').action(
    (name: string, options: JsonOption) =>
      act(name, options, async (session, id) => {
        await callApi(session, 'vm.reset', { id }, signal)
        return (await callApi(session, 'vm.show', { id }, signal)).entry
      }),
  )

  lifeCommand('suspend', 'save a machine to disk and switch it off; start goes on where it was').action(
    (name: string, options: JsonOption) =>
      act(name, options, async (session, id) => {
        await callApi(session, 'vm.suspend', { id }, signal)
        // No time limit: writing the memory takes as long as the disk needs. Ctrl-C ends the waiting alone.
        return waitForState(session, id, { signal, until: (entry) => isOff(entry, 'suspended') })
      }),
  )

  lifeCommand('discard', 'give up the saved memory of a suspended machine; it boots afresh').action(
    (name: string, options: JsonOption) =>
      act(name, options, async (session, id) => {
        await callApi(session, 'vm.discardSuspended', { id }, signal)
        return (await callApi(session, 'vm.show', { id }, signal)).entry
      }),
  )
}

/** Starts a machine and waits until it runs. Throws `CliFailure` with QEMU's words when it ends instead. */
export async function startMachine(session: PetriSession, id: string, signal: AbortSignal): Promise<VmEntry> {
  await callApi(session, 'vm.start', { id }, signal)
  return waitForState(session, id, {
    signal,
    timeoutMs: START_LIMIT_MS,
    until: (entry) => {
      if (entry.state.kind === 'stopped') throw endedEarly(entry)
      return isRunning(entry) || entry.state.kind === 'paused'
    },
  })
}

async function shutDown(session: PetriSession, id: string, deadlineMs: number, signal: AbortSignal): Promise<VmEntry> {
  await callApi(session, 'vm.shutdown', { id, deadlineMs }, signal)
  return waitForState(session, id, {
    signal,
    timeoutMs: deadlineMs + QEMU_LIMIT_MS,
    until: (entry) => {
      if (entry.state.kind === 'running' && entry.state.shutdownIgnored === true) throw ignored(entry, deadlineMs)
      return isOff(entry, 'stopped')
    },
  })
}

async function powerOff(session: PetriSession, id: string, signal: AbortSignal): Promise<VmEntry> {
  await callApi(session, 'vm.powerOff', { id }, signal)
  const off = (entry: VmEntry): boolean => isOff(entry, 'stopped')
  return waitForState(session, id, { signal, timeoutMs: QEMU_LIMIT_MS, until: off })
}

const isRunning = ({ state }: VmEntry): boolean => state.kind === 'running'

/** True when the machine is off in the wanted way; either way of being off ends the waiting. */
function isOff(entry: VmEntry, wanted: 'stopped' | 'suspended'): boolean {
  if (entry.state.kind === 'stopped' && wanted === 'suspended') throw endedEarly(entry)
  return entry.state.kind === 'stopped' || entry.state.kind === 'suspended'
}

/** One sentence about where a machine is: its name, its state, and why it is so where that is known. */
export function stateSentence(entry: VmEntry): string {
  const name = safeText(entry.name)
  const { state } = entry
  switch (state.kind) {
    case 'stopped':
      return state.lastExit === undefined
        ? `${name} is stopped`
        : `${name} is stopped: ${safeText(state.lastExit.message)}`
    case 'running':
      return `${name} is running (process ${state.pid}${entry.kind === 'machine' ? `, ${accelerationWords(entry)}` : ''})`
    case 'paused':
      return state.reason === 'user' ? `${name} is paused` : `${name} is paused: ${safeText(state.reason)}`
    case 'not-answering':
      return `${name} runs (process ${state.pid}) and does not answer`
    case 'suspended':
    case 'starting':
    case 'stopping':
    case 'suspending':
      return `${name} is ${state.kind}`
  }
}

function accelerationWords({ acceleration }: MachineEntry): string {
  const { accelerator, reason } = acceleration
  return accelerator === 'kvm' ? 'KVM' : safeText(reason).replace(/\.$/, '')
}

function endedEarly(entry: VmEntry): CliFailure {
  const exit = entry.state.kind === 'stopped' ? entry.state.lastExit : undefined
  return new CliFailure({
    code: 'command-failed',
    title: `"${safeText(entry.name)}" has stopped`,
    ...(exit === undefined ? {} : { cause: exit.message }),
    ...(exit?.stderrTail === undefined || exit.stderrTail === '' ? {} : { raw: exit.stderrTail }),
  })
}

function ignored(entry: VmEntry, deadlineMs: number): CliFailure {
  return new CliFailure({
    code: 'not-answering',
    title: `"${safeText(entry.name)}" did not shut down within ${deadlineMs / 1000} s`,
    cause:
      'Its guest does not react to the power button: it is still booting, hangs, or has nothing that listens to ACPI.',
    cure: {
      text: 'Shut it down from its console, wait longer (--timeout), or pull the plug:',
      command: `petri stop ${entry.id} --force`,
    },
  })
}
