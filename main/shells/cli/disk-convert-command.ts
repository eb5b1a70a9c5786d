import { type Command, Option } from 'commander'

import { type DiskCompression, diskPresets, type DiskPreset, type TargetFormat } from '#contract/disk'

import { callApi, withSession } from './call-api.ts'
import { type CliContext } from './cli-context.ts'
import { assignment, formatValue } from './disk-values.ts'
import { each } from './option-values.ts'
import { printJson, printLine } from './print.ts'
import { pathFrom, runDiskJob } from './run-disk-job.ts'
import { safeText } from './safe-text.ts'
import { sizeText } from './size-text.ts'

interface ConvertOptions {
  readonly format?: TargetFormat
  readonly for?: DiskPreset
  readonly compress?: DiskCompression
  readonly option?: readonly (readonly [string, string])[]
  readonly verify: boolean
  readonly backing?: readonly string[]
  readonly raw?: boolean
  readonly secretFile?: string
  readonly member?: string
  readonly confirmDevice?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
}

/** `disk convert`: the wizard of the window as one line. */
export function addConvertCommand(disk: Command, context: CliContext): void {
  const absolute = pathFrom(context)
  disk
    .command('convert')
    .description('write a disk in another format, prove the copy, and put it in place when it is whole')
    .argument('<source>', 'disk file, packed disk (gz, xz, zst), OVA, or a whole disk of this computer')
    .argument('<target>', 'must not exist')
    .option('--format <format>', 'raw, qcow2, vmdk, vdi, vhd, vhdx', formatValue)
    .addOption(
      new Option('--for <destination>', 'what the destination wants, explained by --dry-run').choices(diskPresets),
    )
    .addOption(new Option('--compress <how>', 'of qcow2').choices(['zstd', 'zlib', 'none']))
    .option('--option <name=value>', 'option of the format, in QEMU’s words; once for each', each(assignment))
    .option('--no-verify', 'neither compare nor digest')
    .option('--backing <file>', 'a file below the source that may be read; once for each', each(absolute))
    .option('--raw', 'take the source as raw, whatever it looks like')
    .option('--secret-file <file>', 'the passphrase of an encrypted source; the new disk is not encrypted', absolute)
    .option('--member <name>', 'which disk of an OVA')
    .option('--confirm-device', 'the source is a whole disk of this computer, and that is meant')
    .option('--dry-run', 'print the command with its reasons, and make nothing')
    .option('--json', 'print {source, target, seconds, bytes, verified}')
    .action(async (source: string, target: string, options: ConvertOptions) => {
      const wish = {
        source: absolute(source),
        target: absolute(target),
        ...formatOf(options, target),
        ...(options.for !== undefined && { preset: options.for }),
        ...(options.compress !== undefined && { compress: options.compress }),
        options: Object.fromEntries(options.option ?? []),
        verify: options.verify,
        backing: [...(options.backing ?? [])],
        ...(options.raw === true && { sourceFormat: 'raw' as const }),
        ...(options.secretFile !== undefined && { secretFile: options.secretFile }),
        ...(options.member !== undefined && { member: options.member }),
        confirmDevice: options.confirmDevice === true,
      }
      if (options.dryRun !== true) {
        await runDiskJob(context, 'disk.convert', wish, { json: options.json === true })
        return
      }
      await withSession(context, async (session) => {
        const plan = await callApi(session, 'disk.plan', wish, context.signal)
        if (options.json) return printJson(context.stdout, plan)
        printLine(context, safeText(plan.shell))
        for (const { args, text } of plan.explained) printLine(context, `  ${args.join(' ') || '-'}  ${text}`)
        if (plan.requiredBytes !== undefined)
          printLine(
            context,
            `At most ${sizeText(plan.requiredBytes)} are written; ${sizeText(plan.freeBytes)} are free.`,
          )
      })
    })
}

/** Without a format and a destination, the target's name tells. */
function formatOf({ format, for: preset }: ConvertOptions, target: string): { readonly format?: TargetFormat } {
  if (format !== undefined) return { format }
  if (preset !== undefined) return {}
  const ending = /\.([a-z0-9]+)$/i.exec(target)?.[1]?.toLowerCase() ?? ''
  const byEnding: Readonly<Record<string, TargetFormat>> = {
    img: 'raw',
    raw: 'raw',
    qcow2: 'qcow2',
    vmdk: 'vmdk',
    vdi: 'vdi',
    vhd: 'vpc',
    vhdx: 'vhdx',
  }
  const found = byEnding[ending]
  return found === undefined ? {} : { format: found }
}
