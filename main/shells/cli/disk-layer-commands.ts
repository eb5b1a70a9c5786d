import { type Command } from 'commander'

import { type CliContext } from './cli-context.ts'
import { each } from './option-values.ts'
import { pathFrom, runDiskJob } from './run-disk-job.ts'

interface LayerOptions {
  readonly backing?: readonly string[]
  readonly to?: string
  readonly nameOnly?: boolean
  readonly json?: boolean
}

/** Commands about disks that lie over others. */
export function addLayerCommands(disk: Command, context: CliContext): void {
  const absolute = pathFrom(context)
  const layer = (name: string, description: string) =>
    disk
      .command(name)
      .description(description)
      .argument('<file>')
      .option('--backing <file>', 'a file below it that may be read; once for each', each(absolute))
      .option('--json', 'print the result')
  const chain = (file: string, { backing }: LayerOptions) => ({ path: absolute(file), backing: [...(backing ?? [])] })

  layer('rebase', 'put a layer over another disk, or let it stand alone; what it shows stays the same')
    .option('--to <file>', 'the disk that lies below it from now on; without it, none')
    .option('--name-only', 'write the name and nothing else: the file below was moved')
    .action(async (file: string, options: LayerOptions) => {
      const to = options.to === undefined ? {} : { to: absolute(options.to) }
      const params = { ...chain(file, options), ...to, nameOnly: options.nameOnly === true }
      await runDiskJob(context, 'disk.rebase', params, { json: options.json === true })
    })

  layer('commit', 'write what a layer changed into the disk below it').action(
    async (file: string, options: LayerOptions) =>
      void (await runDiskJob(context, 'disk.commit', chain(file, options), { json: options.json === true })),
  )

  layer('flatten', 'make one file of a whole chain')
    .argument('<target>', 'must not exist')
    .action(
      async (file: string, target: string, options: LayerOptions) =>
        void (await runDiskJob(
          context,
          'disk.flatten',
          { ...chain(file, options), target: absolute(target) },
          { json: options.json === true },
        )),
    )
}
