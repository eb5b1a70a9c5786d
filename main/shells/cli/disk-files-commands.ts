import { type Command } from 'commander'

import { callApi, withSession } from './call-api.ts'
import { type CliContext } from './cli-context.ts'
import { each, wholeNumberValue } from './option-values.ts'
import { printJson, printLine } from './print.ts'
import { pathFrom, runDiskJob } from './run-disk-job.ts'
import { safeText } from './safe-text.ts'
import { sizeText } from './size-text.ts'
import { tableText } from './table-text.ts'
import { waitForJob } from './wait-for-job.ts'

interface PlaceOptions {
  readonly partition?: number
  readonly backing?: readonly string[]
  readonly json?: boolean
}

/** Commands that read files inside a disk, without root and without mounting it here. */
export function addDiskFilesCommands(disk: Command, context: CliContext): void {
  const { signal, stdout } = context
  const absolute = pathFrom(context)
  const inside = (command: Command) =>
    command
      .option(
        '--partition <number>',
        'as `disk info` numbers them; without it, the file system over the whole disk',
        wholeNumberValue(1, 128),
      )
      .option('--backing <file>', 'a file below it that may be read; once for each', each(absolute))
  const place = (file: string, { partition = 0, backing = [] }: PlaceOptions) => ({
    path: absolute(file),
    partition,
    backing: [...backing],
  })

  inside(disk.command('files'))
    .description('the files in a folder of a disk, read by a small guest of its own')
    .argument('<file>')
    .argument('[folder]', 'inside the disk; without it, its root')
    .option('--json', 'print {entries: [{name, kind, sizeBytes, modified}], more}')
    .action((file: string, folder: string | undefined, options: PlaceOptions) =>
      withSession(context, async (session) => {
        const wish = place(file, options)
        const { jobId } = await callApi(session, 'disk.files', wish, signal)
        await waitForJob(context, session, jobId)
        const listed = await callApi(session, 'disk.folder', { ...wish, folder: innerPath(folder ?? '') }, signal)
        if (options.json) return printJson(stdout, listed)
        const rows = listed.entries.map(({ name, kind, sizeBytes, modified }) => [
          `${safeText(name)}${kind === 'folder' ? '/' : ''}`,
          kind,
          kind === 'file' ? sizeText(sizeBytes) : '',
          modified.slice(0, 16).replace('T', ' '),
        ])
        stdout.write(tableText([['NAME', 'KIND', 'SIZE', 'CHANGED'], ...rows], stdout.columns))
        if (listed.more) printLine(context, 'The disk holds more files than are listed.')
      }),
    )

  inside(disk.command('copy-out'))
    .description('copy files and folders out of a disk into a new folder; links and devices stay behind')
    .argument('<file>')
    .argument('<target>', 'the new folder; must not exist')
    .argument('<paths...>', 'inside the disk')
    .option('--json', 'print {target, files, bytes, leftOut}')
    .action(async (file: string, target: string, paths: readonly string[], options: PlaceOptions) => {
      const wish = { ...place(file, options), target: absolute(target), names: paths.map(innerPath) }
      await runDiskJob(context, 'disk.copyOut', wish, { json: options.json === true })
    })
}

/** `/etc/hosts/` and `./etc/hosts` as the contract has them: `etc/hosts`. */
const innerPath = (path: string) =>
  path
    .split('/')
    .filter((name) => name !== '' && name !== '.')
    .join('/')
