import { resolve } from 'node:path'

import { type Command } from 'commander'

import { callApi, withSession } from './call-api.ts'
import { type CliContext } from './cli-context.ts'
import { findMachine } from './find-machine.ts'
import { printJson, printLine } from './print.ts'
import { safeText } from './safe-text.ts'
import { tableText } from './table-text.ts'

interface JsonOption {
  readonly json?: boolean
}
interface AddOptions extends JsonOption {
  readonly as?: string
  readonly write?: boolean
  readonly virtiofs?: boolean
  readonly yes?: boolean
}

/** Commands about folders of this host that a machine's guest can mount. */
export function addShareCommands(program: Command, context: CliContext): void {
  const { signal, stdout, workingFolder } = context
  const share = program.command('share').description('folders of this host that a machine can mount')

  share
    .command('list')
    .description('the shared folders, with the command that mounts each in the guest')
    .argument('<name>', 'name or id')
    .option('--json', 'print [{id, path, readOnly, mountCommand}]')
    .action((name: string, { json }: JsonOption) =>
      withSession(context, async (session) => {
        const machine = await findMachine(session, name, signal)
        const { folders } = await callApi(session, 'share.list', { id: machine.id }, signal)
        if (json) return printJson(stdout, folders)
        if (folders.length === 0) return printLine(context, `${safeText(machine.name)} shares no folders.`)
        const rows = folders.map(({ id, path, readOnly }) => [id, readOnly ? 'read' : 'write', path])
        stdout.write(tableText([['NAME', 'ACCESS', 'FOLDER'], ...rows], stdout.columns))
        for (const { mountCommand } of folders) printLine(context, `In the guest: ${mountCommand}`)
      }),
    )

  share
    .command('add')
    .description('share a folder with a machine that is off; the guest reads it and changes nothing')
    .argument('<name>', 'name or id')
    .argument('<folder>', 'a folder of this host')
    .option('--as <name>', 'the name by which the guest mounts it')
    .option('--virtiofs', 'by virtiofsd: faster; the machine can then not be suspended')
    .option('--write', 'let the guest change it')
    .option('--yes', 'share a hidden folder, too')
    .option('--json', 'print {name, mountCommand}')
    .action((name: string, folder: string, options: AddOptions) =>
      withSession(context, async (session) => {
        const machine = await findMachine(session, name, signal)
        const shared = await callApi(
          session,
          'share.add',
          {
            id: machine.id,
            path: resolve(workingFolder, folder),
            ...(options.as === undefined ? {} : { name: options.as }),
            readOnly: options.write !== true,
            driver: options.virtiofs === true ? 'virtiofs' : '9p',
            consent: options.yes === true,
          },
          signal,
        )
        if (options.json) return printJson(stdout, shared)
        printLine(context, `${safeText(machine.name)} can mount it from its next start on. In the guest:`)
        printLine(context, `  ${shared.mountCommand}`)
      }),
    )

  share
    .command('remove')
    .description('share a folder no longer; nothing in it is touched')
    .argument('<name>', 'name or id')
    .argument('<share>', 'the name by which the guest mounts it')
    .option('--json', 'print the folders that are left')
    .action((name: string, shared: string, { json }: JsonOption) =>
      withSession(context, async (session) => {
        const machine = await findMachine(session, name, signal)
        await callApi(session, 'share.remove', { id: machine.id, name: shared }, signal)
        if (json) printJson(stdout, (await callApi(session, 'share.list', { id: machine.id }, signal)).folders)
        else printLine(context, `${safeText(machine.name)} no longer shares ${safeText(shared)}`)
      }),
    )
}
