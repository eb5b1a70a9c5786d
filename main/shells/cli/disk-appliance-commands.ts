import { type Command } from 'commander'

import { withSession } from './call-api.ts'
import { type CliContext } from './cli-context.ts'
import { findMachine } from './find-machine.ts'
import { pathFrom, runDiskJob } from './run-disk-job.ts'

interface ApplianceOptions {
  readonly name?: string
  readonly json?: boolean
}

/** Machines as one file for other programs, and from them. */
export function addApplianceCommands(disk: Command, context: CliContext): void {
  const absolute = pathFrom(context)

  disk
    .command('import')
    .description('make a machine of an OVA, or of an OVF with its files beside it; says what is not taken over')
    .argument('<file>')
    .option('--name <name>', 'instead of the name in it')
    .option('--json', 'print {id, name, dropped, manifest}')
    .action(async (file: string, { name, json }: ApplianceOptions) => {
      const params = { path: absolute(file), ...(name !== undefined && { name }) }
      await runDiskJob(context, 'disk.import', params, { json: json === true })
    })

  disk
    .command('export')
    .description('write a machine that is off as an OVA for VMware, VirtualBox or another Petri')
    .argument('<name>', 'name or id of the machine')
    .argument('<target>', 'an .ova file that must not exist')
    .option('--json', 'print {target, bytes, dropped, disks}')
    .action(async (name: string, target: string, { json }: ApplianceOptions) => {
      const { id } = await withSession(context, (session) => findMachine(session, name, context.signal))
      await runDiskJob(context, 'disk.export', { id, target: absolute(target) }, { json: json === true })
    })
}
