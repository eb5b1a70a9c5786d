import { stat } from 'node:fs/promises'

import { type Command, Option } from 'commander'

import { type DiskInfo, type TargetFormat } from '#contract/disk'

import { callApi, withSession } from './call-api.ts'
import { type CliContext } from './cli-context.ts'
import { CliFailure } from './cli-failure.ts'
import { addApplianceCommands } from './disk-appliance-commands.ts'
import { addConvertCommand } from './disk-convert-command.ts'
import { diskInfoText } from './disk-info-text.ts'
import { assignment, formatValue } from './disk-values.ts'
import { addDiskFilesCommands } from './disk-files-commands.ts'
import { addLayerCommands } from './disk-layer-commands.ts'
import { each, sizeBytesValue, wholeNumberValue } from './option-values.ts'
import { printJson, printLine } from './print.ts'
import { pathFrom, runDiskJob } from './run-disk-job.ts'
import { safeText } from './safe-text.ts'
import { sizeText } from './size-text.ts'
import { tableText } from './table-text.ts'

interface JsonOption {
  readonly json?: boolean
}
interface BackingOption {
  readonly backing?: readonly string[]
}

const letters = ['·', '░', '▒', '▓', '█'] as const

/** Commands about disk files: look, convert, prove, repair. */
export function addDiskCommands(program: Command, context: CliContext): void {
  const { signal, stdout } = context
  const disk = program.command('disk').description('disk files: look into them, convert, prove and repair them')
  const absolute = pathFrom(context)
  const backing = (command: Command) =>
    command.option('--backing <file>', 'a file below it that may be read; once for each', each(absolute))

  disk
    .command('info')
    .description('what a disk file is; opens nothing that it names. A folder lists its disks')
    .argument('<file>')
    .option('--json', 'print everything')
    .action((file: string, { json }: JsonOption) =>
      withSession(context, async (session) => {
        const path = absolute(file)
        if ((await stat(path).catch(() => undefined))?.isDirectory()) {
          const { files, more } = await callApi(session, 'disk.list', { folder: path }, signal)
          if (json) return printJson(stdout, { files, more })
          const rows = files.map((found) => [
            found.path,
            found.format ?? '?',
            sizeText(found.fileBytes),
            found.refusal ?? '',
          ])
          stdout.write(tableText([['FILE', 'FORMAT', 'SIZE', 'NOTE'], ...rows], stdout.columns))
          return
        }
        const info: DiskInfo = await callApi(session, 'disk.info', { path }, signal)
        if (json) return printJson(stdout, info)
        stdout.write(diskInfoText(info))
      }),
    )

  addConvertCommand(disk, context)
  addDiskFilesCommands(disk, context)

  disk
    .command('create')
    .description('make an empty disk, or a layer over another one')
    .argument('<file>')
    .argument('[size]', 'such as 8G; a layer takes the size of what is below', sizeBytesValue)
    .option('--format <format>', 'raw, qcow2, vmdk, vdi, vhd, vhdx; otherwise qcow2', formatValue)
    .option('--option <name=value>', 'option of the format, in QEMU’s words', each(assignment))
    .option('--over <file>', 'a new layer over this disk')
    .option('--secret-file <file>', 'encrypt it (LUKS) with the passphrase in this file')
    .option('--json', 'print {path, format, sizeBytes}')
    .action(
      async (
        file: string,
        size: number | undefined,
        options: JsonOption & {
          readonly format?: TargetFormat
          readonly option?: readonly (readonly [string, string])[]
          readonly over?: string
          readonly secretFile?: string
        },
      ) => {
        await runDiskJob(
          context,
          'disk.create',
          {
            path: absolute(file),
            format: options.format ?? 'qcow2',
            options: Object.fromEntries(options.option ?? []),
            ...(size !== undefined && { sizeBytes: size }),
            ...(options.over !== undefined && { over: absolute(options.over) }),
            ...(options.secretFile !== undefined && { secretFile: absolute(options.secretFile) }),
          },
          { json: options.json === true },
        )
      },
    )

  backing(disk.command('check'))
    .description('check a disk’s own tables; a repair makes a copy first. Exit code 1 when something is wrong')
    .argument('<file>')
    .addOption(new Option('--repair <what>', 'repair leaks, or all').choices(['leaks', 'all']))
    .option('--json', 'print {errors, leaks, unchecked, repaired}')
    .action(async (file: string, options: JsonOption & BackingOption & { readonly repair?: 'leaks' | 'all' }) => {
      const done = await runDiskJob(
        context,
        'disk.check',
        { path: absolute(file), repair: options.repair ?? 'none', backing: [...(options.backing ?? [])] },
        { json: options.json === true },
      )
      if (Number(done.result['errors']) > 0 || Number(done.result['unchecked']) > 0)
        throw new CliFailure({ code: 'command-failed', title: done.summary })
    })

  disk
    .command('resize')
    .description('change the size; shrinking is refused unless the end is proved unused')
    .argument('<file>')
    .argument('<size>', 'such as 20G', sizeBytesValue)
    .option('--shrink', 'it may become smaller')
    .option('--json', 'print {before, after}')
    .action(async (file: string, sizeBytes: number, options: JsonOption & { readonly shrink?: boolean }) => {
      await runDiskJob(
        context,
        'disk.resize',
        { path: absolute(file), sizeBytes, shrink: options.shrink === true },
        { json: options.json === true },
      )
    })

  disk
    .command('compact')
    .description('write it anew without what it does not use, and prove it equal')
    .argument('<file>')
    .option('--no-verify', 'do not compare')
    .option('--json', 'print {before, after}')
    .action(async (file: string, options: JsonOption & { readonly verify: boolean }) => {
      await runDiskJob(
        context,
        'disk.compact',
        { path: absolute(file), verify: options.verify },
        { json: options.json === true },
      )
    })

  backing(disk.command('compare'))
    .description('whether two disks show the same, whatever their formats. Exit code 1 when they differ')
    .argument('<a>')
    .argument('<b>')
    .option('--json', 'print {equal, firstDifference}')
    .action(async (a: string, b: string, options: JsonOption & BackingOption) => {
      const done = await runDiskJob(
        context,
        'disk.compare',
        { a: absolute(a), b: absolute(b), backing: [...(options.backing ?? [])] },
        { json: options.json === true },
      )
      if (done.result['equal'] !== true) throw new CliFailure({ code: 'command-failed', title: done.summary })
    })

  backing(disk.command('map'))
    .description('where a disk holds data, as a picture from its beginning to its end')
    .argument('<file>')
    .option('--cells <count>', 'parts of the picture', wholeNumberValue(1, 4096))
    .option('--json', 'print {virtualBytes, cellBytes, dataBytes, zeroBytes, extents, cells}')
    .action((file: string, options: JsonOption & BackingOption & { readonly cells?: number }) =>
      withSession(context, async (session) => {
        const wish = { path: absolute(file), backing: [...(options.backing ?? [])], cells: options.cells ?? 512 }
        const map = await callApi(session, 'disk.map', wish, signal)
        if (options.json) return printJson(stdout, map)
        const picture = map.cells.map(({ data }) => letters[data === 0 ? 0 : Math.max(1, Math.round(data * 4))] ?? '█')
        for (let at = 0; at < picture.length; at += 64) printLine(context, picture.slice(at, at + 64).join(''))
        printLine(
          context,
          `${sizeText(map.dataBytes)} of data, ${sizeText(map.zeroBytes)} of nothing; ${sizeText(map.cellBytes)} each sign`,
        )
      }),
    )

  disk
    .command('checksum')
    .description('SHA-256 of a file as it is')
    .argument('<file>')
    .option('--json', 'print {sha256, bytes}')
    .action(async (file: string, { json }: JsonOption) => {
      await runDiskJob(context, 'disk.checksum', { path: absolute(file) }, { json: json === true })
    })

  disk
    .command('split')
    .description('cut a file into pieces for FAT32')
    .argument('<file>')
    .argument('<folder>')
    .option('--piece <size>', 'size of a piece, below 4G', sizeBytesValue)
    .option('--json', 'print {pieces, sha256, bytes}')
    .action(async (file: string, folder: string, options: JsonOption & { readonly piece?: number }) => {
      const params = {
        path: absolute(file),
        folder: absolute(folder),
        ...(options.piece !== undefined && { pieceBytes: options.piece }),
      }
      await runDiskJob(context, 'disk.split', params, { json: options.json === true })
    })

  disk
    .command('machine')
    .description('make a machine of a disk: firmware, bus and network card follow from what stands on it')
    .argument('<file>')
    .option('--name <name>')
    .option('--dry-run', 'print the description and make nothing')
    .option('--json', 'print {id, reasons}')
    .action((file: string, options: JsonOption & { readonly name?: string; readonly dryRun?: boolean }) =>
      withSession(context, async (session) => {
        const asked = { path: absolute(file), ...(options.name !== undefined && { name: options.name }) }
        const { draft, reasons } = await callApi(session, 'disk.machine', asked, signal)
        if (options.dryRun) return printJson(stdout, draft)
        const { id } = await callApi(session, 'vm.create', { draft }, signal)
        if (options.json) return printJson(stdout, { id, reasons })
        for (const reason of reasons) printLine(context, reason)
        printLine(context, `Made ${id} (${safeText(draft.name)}). Start it: petri run ${id}`)
      }),
    )

  addLayerCommands(disk, context)
  addApplianceCommands(disk, context)
}
