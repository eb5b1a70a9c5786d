import { type Command } from 'commander'

import { callApi, withSession } from './call-api.ts'
import { type CliContext } from './cli-context.ts'
import { findMachine } from './find-machine.ts'
import { printJson, printLine } from './print.ts'
import { safeText } from './safe-text.ts'

interface JsonOption {
  readonly json?: boolean
}

/** Commands that change what is in the library and start nothing: rename, duplicate, delete, restore. */
export function addLibraryCommands(program: Command, context: CliContext): void {
  program
    .command('rename')
    .description('give a machine another name')
    .argument('<name>', 'name or id')
    .argument('<new-name>')
    .action((name: string, newName: string) =>
      withSession(context, async (session) => {
        const { id } = await findMachine(session, name, context.signal)
        await callApi(session, 'vm.rename', { id, name: newName }, context.signal)
        printLine(context, `${safeText(name)} is now called ${safeText(newName)}`)
      }),
    )

  program
    .command('duplicate')
    .description('copy a stopped machine with its disks')
    .argument('<name>', 'name or id')
    .argument('[new-name]', 'name of the copy')
    .option('--name <new-name>', 'the same as [new-name]')
    .option('--json', 'print {id}')
    .action((name: string, newName: string | undefined, options: JsonOption & { readonly name?: string }) =>
      withSession(context, async (session) => {
        const { id } = await findMachine(session, name, context.signal)
        const copyName = options.name ?? newName
        const asked = copyName === undefined ? { id } : { id, name: copyName }
        const copy = await callApi(session, 'vm.duplicate', asked, context.signal)
        if (options.json) printJson(context.stdout, copy)
        else printLine(context, `Made ${copy.id}`)
      }),
    )

  program
    .command('delete')
    .description('move a machine to the trash')
    .argument('<name>', 'name or id')
    .option('-y, --yes', 'accepted for scripts; nothing is asked, since it can be taken back')
    .option('--json', 'print {trashId}')
    .action((name: string, options: JsonOption) =>
      withSession(context, async (session) => {
        const machine = await findMachine(session, name, context.signal)
        const trashed = await callApi(session, 'vm.delete', { id: machine.id }, context.signal)
        if (options.json) printJson(context.stdout, trashed)
        else printLine(context, `Moved to the trash. To have it back: petri restore ${trashed.trashId}`)
      }),
    )

  program
    .command('restore')
    .description('bring a deleted machine back from the trash')
    .argument('<trash-id>', 'as printed by delete')
    .option('--json', 'print {id}')
    .action((trashId: string, options: JsonOption) =>
      withSession(context, async (session) => {
        const restored = await callApi(session, 'vm.restore', { trashId }, context.signal)
        if (options.json) printJson(context.stdout, restored)
        else printLine(context, `${restored.id} is back`)
      }),
    )
}
