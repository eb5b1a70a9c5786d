import type { TrashedVm } from '#contract/vm-calls'
import { type Command } from 'commander'

import { callApi, withSession } from './call-api.ts'
import { type CliContext } from './cli-context.ts'
import { CliFailure, usageFailure } from './cli-failure.ts'
import { findMachine } from './find-machine.ts'
import { isConfirmed } from './is-confirmed.ts'
import { printJson, printLine } from './print.ts'
import { safeText } from './safe-text.ts'
import { sizeText } from './size-text.ts'
import { tableText } from './table-text.ts'

interface JsonOption {
  readonly json?: boolean
}

/** Commands for the trash and for tags. */
export function addTrashCommands(program: Command, context: CliContext): void {
  const { signal, stdout } = context
  const trash = program.command('trash').description('deleted machines, until the trash is emptied')

  trash
    .command('list')
    .description('what lies in the trash, newest first')
    .option('--json', 'print [{trashId, id, name, deletedAt, sizeBytes, neededBy}]')
    .action(({ json }: JsonOption) =>
      withSession(context, async (session) => {
        const machines = await callApi(session, 'vm.trash.list', {}, signal)
        if (json) return printJson(stdout, machines)
        if (machines.length === 0) return printLine(context, 'The trash is empty.')
        const rows = machines.map(({ trashId, name, deletedAt, sizeBytes }) => [
          safeText(name),
          trashId,
          deletedAt.slice(0, 16).replace('T', ' '),
          sizeText(sizeBytes),
        ])
        stdout.write(tableText([['NAME', 'TRASH ID', 'DELETED (UTC)', 'SIZE'], ...rows], stdout.columns))
      }),
    )

  trash
    .command('restore')
    .description('bring a deleted machine back')
    .argument('<machine>', 'trash id, or the name or id that only one machine in the trash has')
    .option('--json', 'print {id}')
    .action((wanted: string, { json }: JsonOption) =>
      withSession(context, async (session) => {
        const { trashId, name } = findTrashed(await callApi(session, 'vm.trash.list', {}, signal), wanted)
        const restored = await callApi(session, 'vm.restore', { trashId }, signal)
        if (json) printJson(stdout, restored)
        else printLine(context, `${safeText(name)} is back as ${restored.id}`)
      }),
    )

  trash
    .command('empty')
    .description('delete machines in the trash for good')
    .argument('[machine...]', 'only these, by trash id, name or id; without any, all')
    .option('-y, --yes', 'do not ask')
    .option('--json', 'print {removed, freedBytes}; implies --yes')
    .action((given: readonly string[], { json, yes }: JsonOption & { readonly yes?: boolean }) =>
      withSession(context, async (session) => {
        const all = await callApi(session, 'vm.trash.list', {}, signal)
        const machines = given.length === 0 ? all : [...new Set(given.map((wanted) => findTrashed(all, wanted)))]
        if (!yes && !json && !(await isMeant(context, machines))) return printLine(context, 'Nothing was deleted.')
        const asked = given.length === 0 ? {} : { trashIds: machines.map(({ trashId }) => trashId) }
        const done = await callApi(session, 'vm.trash.empty', asked, signal)
        if (json) printJson(stdout, done)
        else printLine(context, `${done.removed} deleted, ${sizeText(done.freedBytes)} given back`)
      }),
    )

  program
    .command('tag')
    .description('add tags to a machine or take them off, whether it runs or not')
    .argument('<name>', 'name or id')
    .argument('[tag...]', 'to add')
    .option('--remove <tag...>', 'to take off')
    .option('--json', 'print {tags}')
    .action((name: string, add: readonly string[], options: JsonOption & { readonly remove?: readonly string[] }) =>
      withSession(context, async (session) => {
        const { id, name: shown } = await findMachine(session, name, signal)
        const asked = { id, add: [...add], remove: [...(options.remove ?? [])] }
        const { tags } = await callApi(session, 'vm.tag', asked, signal)
        if (options.json) printJson(stdout, { tags })
        else
          printLine(
            context,
            `${safeText(shown)}: ${tags.length === 0 ? 'no tags' : tags.map((tag) => safeText(tag)).join(', ')}`,
          )
      }),
    )
}

function findTrashed(machines: readonly TrashedVm[], wanted: string): TrashedVm {
  const byTrashId = machines.filter(({ trashId }) => trashId === wanted)
  const found = byTrashId.length > 0 ? byTrashId : machines.filter(({ id, name }) => id === wanted || name === wanted)
  const [first, ...others] = found
  if (first === undefined)
    throw new CliFailure({
      code: 'not-found',
      title: `The trash holds no machine "${safeText(wanted)}"`,
      cure: { text: 'See which there are:', command: 'petri trash list' },
    })
  if (others.length > 0)
    throw new CliFailure({
      code: 'bad-request',
      title: `The trash holds ${found.length} machines "${safeText(wanted)}"`,
      cause: `They are: ${found.map(({ trashId }) => trashId).join(', ')}`,
      cure: { text: 'Give the trash id instead.' },
    })
  return first
}

async function isMeant(context: CliContext, machines: readonly TrashedVm[]): Promise<boolean> {
  if (machines.length === 0) return true
  if (context.stdin.isTTY !== true)
    throw usageFailure('Deleting for good needs a confirmation', 'Without a terminal, add --yes.')
  const [only] = machines
  const what = machines.length === 1 && only !== undefined ? `"${safeText(only.name)}"` : `${machines.length} machines`
  return await isConfirmed(context, `Delete ${what} for good? This cannot be undone.`)
}
