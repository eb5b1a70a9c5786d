import { resolve } from 'node:path'

import { type Command } from 'commander'

import { callApi, withSession } from './call-api.ts'
import { type CliContext } from './cli-context.ts'
import { printJson, printLine } from './print.ts'
import { safeText } from './safe-text.ts'
import { tableText } from './table-text.ts'

interface JsonOption {
  readonly json?: boolean
}

/** `image server …`: whose lists are read. */
export function addImageServerCommands(image: Command, context: CliContext): void {
  const { signal, stdout } = context
  const server = image.command('server').description('servers that list images (simplestreams)')

  server
    .command('list')
    .description('the servers, and what became of reading them')
    .option('--json', 'print the servers')
    .action(({ json }: JsonOption) =>
      withSession(context, async (session) => {
        const { servers } = await callApi(session, 'image.list', {}, signal)
        if (json) return printJson(stdout, servers)
        const rows = servers.map(({ id, imageCount, signature, fetchedAt, failure, url }) => [
          id,
          String(imageCount),
          url === undefined ? '-' : signature,
          failure?.title ?? fetchedAt ?? (url === undefined ? '-' : 'never read'),
          url ?? 'comes with Petri',
        ])
        stdout.write(tableText([['ID', 'IMAGES', 'SIGNATURE', 'READ', 'ADDRESS'], ...rows], stdout.columns))
      }),
    )

  server
    .command('add')
    .description('add a server; its lists lie in streams/v1/ below the address')
    .argument('<url>', 'https address')
    .option('--title <text>', 'what to call it')
    .option('--keyring <file>', 'with this, its lists must be signed')
    .option('--fingerprint <hex...>', 'of the key in the keyring that is believed')
    .option('--json', 'print {id}')
    .action((url: string, options: JsonOption & { title?: string; keyring?: string; fingerprint?: string[] }) =>
      withSession(context, async (session) => {
        const { title, keyring, fingerprint = [] } = options
        const params = {
          url,
          fingerprints: fingerprint.map((hex) => hex.replaceAll(/\s/g, '')),
          ...(title !== undefined && { title }),
          ...(keyring !== undefined && { keyring: resolve(context.workingFolder, keyring) }),
        }
        const added = await callApi(session, 'image.addServer', params, signal)
        if (options.json) printJson(stdout, added)
        else printLine(context, `Added ${added.id}. Read its lists: petri image list --refresh`)
      }),
    )

  server
    .command('remove')
    .description('ask this server no more; images that are here stay')
    .argument('<id>')
    .action((id: string) =>
      withSession(context, async (session) => {
        await callApi(session, 'image.removeServer', { id }, signal)
        printLine(context, `${safeText(id)} is removed.`)
      }),
    )
}
