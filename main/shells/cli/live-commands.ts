import { resolve } from 'node:path'

import { type LiveForward } from '#contract/live-calls'
import { type Command } from 'commander'

import { callApi, withSession } from './call-api.ts'
import { type CliContext, type PetriSession } from './cli-context.ts'
import { findMachine } from './find-machine.ts'
import { forwardKeyValue, forwardValue, memoryMiBValue } from './option-values.ts'
import { printJson, printLine } from './print.ts'
import { safeText } from './safe-text.ts'
import { tableText } from './table-text.ts'

interface JsonOption {
  readonly json?: boolean
}

/** Commands that change one thing of a machine, whether it runs or not: port forwards, discs, memory. */
export function addLiveCommands(program: Command, context: CliContext): void {
  addForwardCommands(program, context)
  addMediaCommands(program, context)
  const { signal, stdout } = context
  program
    .command('balloon')
    .description('how much memory a machine may use, changeable while it runs')
    .argument('<name>', 'name or id')
    .argument('<size>', 'such as 512M or 2G, or "all"', targetValue)
    .option('--json', 'print {memoryTargetMiB}')
    .action((name: string, memoryMiB: number | null, { json }: JsonOption) =>
      withMachine(context, name, async (session, id, shown) => {
        await callApi(session, 'memory.target', { id, memoryMiB }, signal)
        if (json) printJson(stdout, { memoryTargetMiB: memoryMiB })
        else printLine(context, `${shown} may use ${memoryMiB === null ? 'all of its memory' : `${memoryMiB} MiB`}`)
      }),
    )
}

function addForwardCommands(program: Command, context: CliContext): void {
  const { signal, stdout } = context
  const forward = program.command('forward').description('ports of this host that lead to ports of a machine')

  forward
    .command('list')
    .description('the port forwards of a machine')
    .argument('<name>', 'name or id')
    .option('--json', 'print the forwards')
    .action((name: string, { json }: JsonOption) =>
      withMachine(context, name, async (session, id, shown) => {
        const { forwards } = await callApi(session, 'forward.list', { id }, signal)
        if (json) return printJson(stdout, forwards)
        if (forwards.length === 0) return printLine(context, `${shown} forwards no ports.`)
        stdout.write(
          tableText([['HERE', 'IN THE GUEST', 'CARD', 'STATE'], ...forwards.map(forwardRow)], stdout.columns),
        )
      }),
    )

  forward
    .command('add')
    .description('open a port of this host, at once where the machine runs')
    .argument('<name>', 'name or id')
    .argument('<forward>', '8080:80, udp:5353:53, or 192.168.1.5:8080:80 for others to reach', forwardValue)
    .option('--card <id>', 'the network card; without it the first with NAT')
    .option('--json', 'print the forwards')
    .action((name: string, wanted: ReturnType<typeof forwardValue>, options: JsonOption & { readonly card?: string }) =>
      withMachine(context, name, async (session, id, shown) => {
        const network = options.card === undefined ? {} : { network: options.card }
        await callApi(session, 'forward.add', { id, ...network, forward: wanted }, signal)
        if (options.json) printJson(stdout, (await callApi(session, 'forward.list', { id }, signal)).forwards)
        else
          printLine(
            context,
            `${wanted.protocol}:${wanted.hostAddress}:${wanted.hostPort} leads to port ${wanted.guestPort} of ${shown}`,
          )
      }),
    )

  forward
    .command('remove')
    .description('close a port of this host again')
    .argument('<name>', 'name or id')
    .argument('<port>', 'the port of this host: 8080, or udp:5353', forwardKeyValue)
    .option('--json', 'print the forwards that are left')
    .action((name: string, key: ReturnType<typeof forwardKeyValue>, { json }: JsonOption) =>
      withMachine(context, name, async (session, id, shown) => {
        await callApi(session, 'forward.remove', { id, ...key }, signal)
        if (json) printJson(stdout, (await callApi(session, 'forward.list', { id }, signal)).forwards)
        else printLine(context, `${key.protocol}:${key.hostPort} no longer leads to ${shown}`)
      }),
    )
}

function addMediaCommands(program: Command, context: CliContext): void {
  const { signal, stdout, workingFolder } = context
  const media = program.command('media').description('discs in the CD drives of a machine')

  media
    .command('insert')
    .description('put a disc image into a drive, in place of the one in it')
    .argument('<name>', 'name or id')
    .argument('<file>', 'an ISO file')
    .option('--drive <id>', 'without it: the only drive, or the first empty one')
    .option('--json', 'print {drive}')
    .action((name: string, file: string, options: JsonOption & { readonly drive?: string }) =>
      withMachine(context, name, async (session, id, shown) => {
        const path = resolve(workingFolder, file)
        const drive = options.drive === undefined ? {} : { drive: options.drive }
        const done = await callApi(session, 'media.insert', { id, ...drive, path }, signal)
        if (options.json) printJson(stdout, done)
        else printLine(context, `${safeText(path)} is in drive ${done.drive} of ${shown}`)
      }),
    )

  media
    .command('eject')
    .description('take the disc out of a drive')
    .argument('<name>', 'name or id')
    .option('--drive <id>', 'without it: the only drive that holds a disc')
    .option('--force', 'even when the guest has locked it')
    .option('--json', 'print {drive}')
    .action((name: string, options: JsonOption & { readonly drive?: string; readonly force?: boolean }) =>
      withMachine(context, name, async (session, id, shown) => {
        const drive = options.drive === undefined ? {} : { drive: options.drive }
        const done = await callApi(session, 'media.eject', { id, ...drive, force: options.force ?? false }, signal)
        if (options.json) printJson(stdout, done)
        else printLine(context, `Drive ${done.drive} of ${shown} is empty`)
      }),
    )
}

async function withMachine(
  context: CliContext,
  name: string,
  work: (session: PetriSession, id: string, shown: string) => Promise<void>,
): Promise<void> {
  await withSession(context, async (session) => {
    const machine = await findMachine(session, name, context.signal)
    await work(session, machine.id, safeText(machine.name))
  })
}

function forwardRow({ protocol, hostAddress, hostPort, guestPort, network, state }: LiveForward): string[] {
  return [`${protocol}:${hostAddress}:${hostPort}`, String(guestPort), network, state]
}

const targetValue = (text: string): number | null => (text === 'all' ? null : memoryMiBValue(text))
