import { type HostBudget, type HostFinding, type HostShare } from '#contract/host'
import { type CommandDiff, type VmEntry } from '#contract/vm-state'
import { type Command, Option } from 'commander'

import { callApi, withSession } from './call-api.ts'
import { type CliContext, type PetriSession } from './cli-context.ts'
import { findMachine } from './find-machine.ts'
import { stateSentence } from './life-commands.ts'
import { machineRow } from './machine-row.ts'
import { printJson, printLine } from './print.ts'
import { safeText } from './safe-text.ts'
import { tableText } from './table-text.ts'
import { type TextStyle, textStyle } from './text-style.ts'

interface JsonOption {
  readonly json?: boolean
}

/** Commands that print and change nothing: list, show, argv, doctor, version. */
export function addShowCommands(program: Command, context: CliContext): void {
  const { signal, stdout } = context

  program
    .command('list')
    .description('all machines and their states')
    .option('--json', 'print [{id, name, state, arch, accelerator, detail}]')
    .action(({ json }: JsonOption) =>
      withSession(context, async (session) => {
        const entries = await callApi(session, 'vm.list', {}, signal)
        if (json) printJson(stdout, entries.map(machineRow))
        else stdout.write(listText(entries, stdout.columns))
      }),
    )

  program
    .command('show')
    .description('everything about one machine')
    .argument('<name>', 'name or id')
    .option('--json', 'print {entry, spec, folder}')
    .action((name: string, { json }: JsonOption) =>
      withSession(context, async (session) => {
        const { id } = await findMachine(session, name, signal)
        const detail = await callApi(session, 'vm.show', { id }, signal)
        if (json) return printJson(stdout, detail)
        printLine(context, stateSentence(detail.entry))
        printLine(context, `Folder: ${safeText(detail.folder)}`)
        if (detail.entry.kind === 'damaged') {
          printLine(context, `${safeText(detail.entry.file)} cannot be read: ${safeText(detail.entry.reason)}`)
        }
        if (detail.spec !== undefined) stdout.write(tableText(fieldRows(detail.spec), undefined))
      }),
    )

  program
    .command('argv')
    .description('the exact command that starts a machine, quoted for a shell')
    .argument('<name>', 'name or id')
    .option('--explain', 'one option a line, each with what it does')
    .addOption(
      new Option('--diff', 'what has changed since the last start, option by option').conflicts(['explain', 'script']),
    )
    .addOption(new Option('--script', 'a shell script that starts it without Petri').conflicts(['explain', 'diff']))
    .option('--json', 'print {argv, shell, explained}; with --diff {startedAt, options}; with --script {script}')
    .action((name: string, options: ArgvOptions) =>
      withSession(context, async (session) => {
        const { id } = await findMachine(session, name, signal)
        await printCommand(context, session, id, options)
      }),
    )

  program
    .command('doctor')
    .description('what this host can do, what it lacks, and how to get it')
    .option('--again', 'look anew instead of using what was found before')
    .option('--json', 'print {checkedAt, findings}')
    .action(({ json, again }: JsonOption & { readonly again?: boolean }) =>
      withSession(context, async (session) => {
        const report = await callApi(session, 'host.check', { again: again === true }, signal)
        if (json) return printJson(stdout, report)
        const style = textStyle(stdout, context.env)
        for (const finding of report.findings) stdout.write(findingText(finding, style))
      }),
    )

  program
    .command('budget')
    .description('what this host has left for machines')
    .option('--json', 'print {runningMachines, memoryMiB, cpus, diskBytes}, each with total, inUse, safe, caution')
    .action(({ json }: JsonOption) =>
      withSession(context, async (session) => {
        const budget = await callApi(session, 'host.budget', {}, signal)
        if (json) return printJson(stdout, budget)
        stdout.write(budgetText(budget))
      }),
    )

  program
    .command('version')
    .description('the version of Petri')
    .option('--json', 'print {version}')
    .action(({ json }: JsonOption) => {
      if (json) printJson(stdout, { version: context.version })
      else printLine(context, `petri ${context.version}`)
    })
}

interface ArgvOptions extends JsonOption {
  readonly explain?: boolean
  readonly diff?: boolean
  readonly script?: boolean
}

async function printCommand(
  context: CliContext,
  session: PetriSession,
  id: string,
  { diff, explain, json, script }: ArgvOptions,
): Promise<void> {
  const { signal, stdout } = context
  const style = textStyle(stdout, context.env)
  if (script) {
    const made = await callApi(session, 'vm.script', { id }, signal)
    if (json) printJson(stdout, made)
    else stdout.write(made.script)
  } else if (diff) {
    const found = await callApi(session, 'vm.commandDiff', { id }, signal)
    if (json) printJson(stdout, found)
    else stdout.write(diffText(found, style))
  } else {
    const command = await callApi(session, 'vm.command', { id }, signal)
    if (json) return printJson(stdout, command)
    if (!explain) return printLine(context, command.shell)
    for (const { args, explanation } of command.explained) {
      printLine(context, style('bold', safeText(args.join(' '))))
      printLine(context, `    ${safeText(explanation)}`)
    }
  }
}

function diffText({ options, startedAt }: CommandDiff, style: TextStyle): string {
  if (startedAt === undefined) return 'It was not started yet, so there is nothing to compare with.\n'
  const at = startedAt.slice(0, 19).replace('T', ' ')
  const changed = options.filter(({ kind }) => kind !== 'same')
  if (changed.length === 0) return `The same as at the last start (${at} UTC).\n`
  const lines = changed.map(({ args, kind }) => {
    const text = safeText(args.join(' '))
    return kind === 'removed' ? style('red', `- ${text}`) : style('green', `+ ${text}`)
  })
  return [`Since the last start (${at} UTC):`, ...lines, ''].join('\n')
}

/** The library as a table; says what to do when it is empty. */
export function listText(entries: readonly VmEntry[], columns: number | undefined): string {
  if (entries.length === 0) return 'There are no machines yet. Make one: petri create NAME --disk-size 8G --iso FILE\n'
  const rows = entries.map((entry) => {
    const { id, name, arch, accelerator, detail, state } = machineRow(entry)
    const size = entry.kind === 'machine' ? [`${entry.memoryMiB} MiB`, String(entry.cpus)] : ['-', '-']
    const word = detail === 'not-answering' || detail === 'suspending' ? detail : state
    return [name, id, entry.kind === 'damaged' ? `${word}, damaged` : word, arch ?? '-', accelerator ?? '-', ...size]
  })
  return tableText([['NAME', 'ID', 'STATE', 'ARCH', 'ACCEL', 'MEMORY', 'CPUS'], ...rows], columns)
}

/** Every value of a description with its path, in the form that `petri set` takes. */
function fieldRows(value: unknown, path = ''): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null)
    return [[path, typeof value === 'string' ? value : JSON.stringify(value)]]
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => fieldRows(item, `${path}[${index}]`))
  return Object.entries(value).flatMap(([key, item]) => fieldRows(item, path === '' ? key : `${path}.${key}`))
}

function findingText({ status, title, finding, evidence, fix }: HostFinding, style: TextStyle): string {
  const mark = { ok: style('green', 'ok     '), advice: style('yellow', 'advice '), missing: style('red', 'missing') }
  const lines = [`${mark[status]}  ${style('bold', safeText(title))}: ${safeText(finding)}`]
  if (evidence !== undefined) lines.push(...evidence.split('\n').map((line) => `         > ${safeText(line)}`))
  if (fix !== undefined) lines.push(`         ${safeText(fix.text)}`)
  if (fix?.command !== undefined) lines.push(`           ${style('bold', safeText(fix.command))}`)
  return `${lines.join('\n')}\n`
}

function budgetText({ runningMachines, memoryMiB, cpus, diskBytes }: HostBudget): string {
  const row = (name: string, { total, inUse, safe, caution }: HostShare, unit: number, digits: number) => [
    name,
    ...[total, inUse, safe, caution].map((value) => (value / unit).toFixed(digits)),
  ]
  return tableText(
    [
      [`${runningMachines} RUNNING`, 'TOTAL', 'IN USE', 'SAFE', 'AT MOST'],
      row('memory, MiB', memoryMiB, 1, 0),
      row('processors', cpus, 1, 0),
      row('disk, GiB', diskBytes, 1024 ** 3, 1),
    ],
    undefined,
  )
}
