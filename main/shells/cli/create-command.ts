import { type CallResult } from '#contract/api'
import {
  cdromBuses,
  diskBuses,
  diskFormats,
  networkModels,
  videoDevices,
  type VmArchitecture,
  vmArchitectures,
  type VmDraft,
  vmDraftSchema,
} from '#contract/vm-spec'
import { type Command, Option } from 'commander'

import { callApi, withSession } from './call-api.ts'
import { type BuildOptions, built, cloudInitOf, withImports } from './build-from-options.ts'
import { type CliContext } from './cli-context.ts'
import { CliFailure } from './cli-failure.ts'
import { type CreateOptions, draftFromOptions } from './draft-from-options.ts'
import {
  cdromValue,
  diskValue,
  each,
  forwardValue,
  memoryMiBValue,
  nicValue,
  sizeBytesValue,
  wholeNumberValue,
} from './option-values.ts'
import { createFromTemplate } from './template-commands.ts'
import { printJson, printLine, printNote } from './print.ts'
import { readDescription } from './read-description.ts'
import { safeText } from './safe-text.ts'
import { schemaProblems } from './schema-problems.ts'

interface Options extends CreateOptions, BuildOptions {
  readonly name?: string
  readonly from?: string
  readonly template?: string
  readonly linked?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
}

/** `petri create`: a machine from options, from a description in JSON, or from both. */
export function addCreateCommand(program: Command, context: CliContext): void {
  const text = (value: string): string => value
  program
    .command('create')
    .description('make a machine')
    .argument('[name]', 'name for people; must be given here, with --name or in --from')
    .option('--name <name>', 'the same as the argument')
    .option('--from <file>', 'start from a description in JSON (- for standard input), as show --json prints it')
    .option('--template <name>', 'clone this template (or any machine that is off); its hardware is kept')
    .option('--linked', 'with --template: only what differs from it takes room')
    .addOption(
      new Option('--preset <kind>', 'hardware that is emulated (IDE, e1000) or paravirtual (virtio)').choices([
        'emulated',
        'paravirtual',
      ]),
    )
    .addOption(new Option('--arch <arch>', "architecture; this host's when left out").choices(vmArchitectures))
    .option('--machine <type>', 'QEMU machine type, e.g. q35, virt')
    .option('--memory <size>', 'MiB, or e.g. 2G', memoryMiBValue)
    .option('--cpus <count>', 'number of CPU cores', wholeNumberValue(1, 256))
    .option('--cpu <model>', 'QEMU CPU model')
    .addOption(new Option('--accel <kind>', 'how the CPU is run').choices(['auto', 'kvm', 'tcg']))
    .addOption(new Option('--firmware <kind>').choices(['bios', 'uefi']))
    .option('--secure-boot', 'UEFI with Secure Boot')
    .option('--tpm', 'a TPM 2.0')
    .option(
      '--disk <file>',
      `FILE[,bus=${diskBuses.join('|')}][,format=…][,cache=…][,discard=…][,readonly=on]; repeatable`,
      each(diskValue),
    )
    .addOption(
      new Option(
        '--import <how>',
        'what happens to --disk files: copied or moved into the machine folder, or copied and raw ones made qcow2, which can hold snapshots',
      ).choices(['copy', 'move', 'convert']),
    )
    .option('--disk-size <size>', 'make a new disk of this size in the machine folder, e.g. 8G', sizeBytesValue)
    .addOption(
      new Option('--format <format>', 'format of disks that name none; new ones are qcow2').choices(diskFormats),
    )
    .option('--cdrom <file>', `FILE[,bus=${cdromBuses.join('|')}]; repeatable`, each(cdromValue))
    .option('--iso <file>', 'the same as --cdrom', each(cdromValue))
    .option('--kernel <file>', 'boot this kernel directly')
    .option('--initrd <file>', 'with --kernel')
    .option('--append <text>', 'kernel command line, with --kernel')
    .option(
      '--nic <card>',
      `user|none[,model=${networkModels.join('|')}][,mac=…][,restrict=on][,forward=tcp:8080:80]; repeatable`,
      each(nicValue),
    )
    .option(
      '--forward <ports>',
      'HOST:GUEST port on the first user card, e.g. 8080:80 or udp:5353:53; repeatable',
      each(forwardValue),
    )
    .addOption(new Option('--display <device>', 'graphics card, or none').choices(['none', ...videoDevices]))
    .option('--serial-ports <count>', 'number of serial ports', wholeNumberValue(0, 4))
    .option('--tag <tag>', 'repeatable', each(text))
    .option('--notes <text>')
    .option('--cloud-init-user <login>', 'first user of a cloud image, with sudo; makes a cloud-init CD')
    .option('--cloud-init-password-file <file>', 'the password is its first line (- for standard input)')
    .option('--cloud-init-key <file>', 'public SSH keys, one a line; repeatable', each(text))
    .option('--cloud-init-hostname <name>')
    .option('--cloud-init-package <name>', 'to be installed at the first start; repeatable', each(text))
    .option('--dry-run', 'show every problem and the command that would run; make nothing')
    .option('--json', 'print {id}, or with --dry-run what was found')
    .action((argument: string | undefined, options: Options) =>
      createMachine(context, argument ?? options.name, options),
    )
}

async function createMachine(context: CliContext, name: string | undefined, options: Options): Promise<void> {
  if (options.template !== undefined) return await createFromTemplate(context, options.template, name, options)
  const { draft, newDisks } = draftFromOptions(options, {
    name,
    hostArchitecture: hostArchitecture(),
    workingFolder: context.workingFolder,
    base: options.from === undefined ? {} : withoutIdentity(await readDescription(context, options.from)),
  })
  const { draft: checked, imports } = withImports(checkedDraft(draft), options)
  const cloudInit = await cloudInitOf(context, options)
  await withSession(context, async (session) => {
    if (options.dryRun) {
      const preview = await callApi(
        session,
        'vm.preview',
        { draft: checked, newDisks: { ...newDisks }, imports, seed: cloudInit !== undefined },
        context.signal,
      )
      if (options.json) printJson(context.stdout, preview)
      else printPreview(context, preview)
      return
    }
    const wish = { draft: checked, newDisks: { ...newDisks } }
    const created =
      cloudInit === undefined && Object.keys(imports).length === 0
        ? await callApi(session, 'vm.create', wish, context.signal)
        : await built(context, session, { ...wish, imports, ...(cloudInit && { cloudInit }) })
    if (options.json) printJson(context.stdout, created)
    else printLine(context, `Made ${safeText(checked.name)}. Start it: petri run ${created.id}`)
  })
}

function printPreview(context: CliContext, { command, problems }: CallResult<'vm.preview'>): void {
  if (command === undefined) {
    throw new CliFailure({ code: 'invalid', title: 'This machine could not be started', problems })
  }
  for (const { field, message } of problems) printNote(context, `warning: ${safeText(field)}: ${safeText(message)}`)
  printLine(context, command.shell)
}

function checkedDraft(draft: unknown): VmDraft {
  const parsed = vmDraftSchema.safeParse(draft)
  if (parsed.success) return parsed.data
  throw new CliFailure({
    code: 'invalid',
    title: 'This description of a machine is not complete or not right',
    problems: schemaProblems(parsed.error),
  })
}

/** A copy of a description without what belongs to one machine alone. */
function withoutIdentity(description: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { version: _version, id: _id, uuid: _uuid, createdAt: _createdAt, ...rest } = description
  return rest
}

/** This host's architecture by QEMU's name; Node's names are listed in its documentation of process.arch. */
function hostArchitecture(): VmArchitecture {
  const names: Readonly<Record<string, VmArchitecture>> = {
    arm64: 'aarch64',
    arm: 'arm',
    ia32: 'i386',
    ppc64: 'ppc64',
    riscv64: 'riscv64',
    s390x: 's390x',
  }
  return names[process.arch] ?? 'x86_64'
}
