import { resolve } from 'node:path'

import { type Command } from 'commander'

import { withoutDescriptors } from '../../system/process/without-descriptors.ts'
import { callApi, withSession } from './call-api.ts'
import { type CliContext } from './cli-context.ts'
import { usageFailure } from './cli-failure.ts'
import { findContainer } from './find-container.ts'
import { each, wholeNumberValue } from './option-values.ts'
import { printJson, printNote } from './print.ts'
import { runInTerminal } from './run-in-terminal.ts'

interface DebugOptions {
  readonly strace?: boolean
  readonly gdb?: number
  readonly cpuModel?: string
}

interface ExecOptions extends DebugOptions {
  readonly env?: readonly (readonly [string, string])[]
  readonly folder?: string
  readonly user: number
}

/** Commands that run something inside, or a single program of another architecture. */
export function addContainerRunCommands(program: Command, container: Command, context: CliContext): void {
  const inside = (command: Command): Command =>
    debugOptions(command)
      .option('--env <name=value>', 'set a variable', each(variableValue))
      .option('--folder <path>', 'begin in this folder')
      .option('--user <number>', 'as this user', wholeNumberValue(0, 65_535), 0)

  inside(
    container.command('shell').description('open a shell in a container, which is started first when it does not run'),
  )
    .argument('<name>', 'name or id')
    .action((name: string, options: ExecOptions) => runInside(context, name, [], options))

  inside(container.command('exec').description('run a command in a container; its exit code is Petri’s'))
    .argument('<name>', 'name or id')
    .argument('<command...>', 'after --')
    .passThroughOptions()
    .action((name: string, argv: readonly string[], options: ExecOptions) => runInside(context, name, argv, options))

  debugOptions(program.command('exec'))
    .description('run a program of any architecture with the right emulator and libraries')
    .argument('<file>')
    .argument('[args...]')
    .option('--sandbox', 'show the program nothing of your files but itself, and no network')
    .option('--explain', 'say what the file is and whether it runs, and do not run it')
    .option('--json', 'with --explain: print {path, facts, verdict, command}')
    .passThroughOptions()
    .action(
      async (
        file: string,
        args: readonly string[],
        options: DebugOptions & { sandbox?: boolean; explain?: boolean; json?: boolean },
      ) => {
        const path = resolve(context.workingFolder, file)
        if (options.explain) return await explainFile(context, path, options.json === true)
        const { argv, debugger: gdb } = await withSession(
          context,
          async (session) =>
            await callApi(
              session,
              'binary.command',
              { path, args: [...args], sandbox: options.sandbox === true, ...debugWishes(options) },
              context.signal,
            ),
        )
        if (gdb !== undefined) printNote(context, `waiting for a debugger: ${gdb}`)
        return await runInTerminal(argv, { toChildren: false })
      },
    )
}

/** Prints what a file is and whether it runs here. */
export async function explainFile(context: CliContext, path: string, json: boolean): Promise<void> {
  const report = await withSession(context, (session) => callApi(session, 'binary.inspect', { path }, context.signal))
  if (json) return printJson(context.stdout, report)
  const { reportText } = await import('./file-report-text.ts')
  context.stdout.write(reportText(report))
}

async function runInside(
  context: CliContext,
  name: string,
  argv: readonly string[],
  options: ExecOptions,
): Promise<never> {
  const [first] = argv
  if (first !== undefined && first !== '--' && first.startsWith('-'))
    throw usageFailure(`options stand before the name: petri container exec ${first} … ${name} -- COMMAND`)
  // The container goes on by itself: this process need not stay its owner while the command runs.
  const command = await withSession(context, async (session) => {
    const { id } = await findContainer(session, name, context.signal)
    return await callApi(
      session,
      'container.command',
      {
        id,
        argv: argv[0] === '--' ? argv.slice(1) : [...argv],
        env: {
          ...(context.env['TERM'] !== undefined && { TERM: context.env['TERM'] }),
          ...Object.fromEntries(options.env ?? []),
        },
        user: options.user,
        ...(options.folder !== undefined && { workingFolder: options.folder }),
        ...debugWishes(options),
      },
      context.signal,
    )
  })
  if (command.debugger !== undefined) printNote(context, `waiting for a debugger: ${command.debugger}`)
  return await runInTerminal(withoutDescriptors(command.argv), { toChildren: true })
}

function debugOptions(command: Command): Command {
  return command
    .option('--strace', 'print every system call (emulated programs)')
    .option('--gdb <port>', 'wait for a debugger on this port (emulated programs)', wholeNumberValue(1024, 65_535))
    .option('--cpu-model <model>', "QEMU's name of a processor")
}

const debugWishes = ({ strace, gdb, cpuModel }: DebugOptions) => ({
  strace: strace === true,
  ...(gdb !== undefined && { gdbPort: gdb }),
  ...(cpuModel !== undefined && { cpuModel }),
})

function variableValue(text: string): readonly [string, string] {
  const at = text.indexOf('=')
  if (at < 1) throw usageFailure(`${text} is not NAME=VALUE`)
  return [text.slice(0, at), text.slice(at + 1)]
}
