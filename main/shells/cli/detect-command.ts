import { resolve } from 'node:path'

import { type InspectedMedium } from '#contract/medium'
import { type Command } from 'commander'

import { callApi, withSession } from './call-api.ts'
import { type CliContext } from './cli-context.ts'
import { printJson, printNote } from './print.ts'
import { safeText } from './safe-text.ts'
import { tableText } from './table-text.ts'

/** `petri detect`: what a file is that a machine could start from. */
export function addDetectCommand(program: Command, context: CliContext): void {
  program
    .command('detect')
    .description('what an ISO, a disk or a kernel is, and what suits the system on it')
    .argument('<file>')
    .option('--json', 'print {kind, path, sizeBytes, ...}')
    .action((file: string, { json }: { readonly json?: boolean }) =>
      withSession(context, async (session) => {
        const path = resolve(context.workingFolder, file)
        const medium = await callApi(session, 'file.inspect', { path }, context.signal)
        if (json) return printJson(context.stdout, medium)
        if (medium.warning !== undefined) printNote(context, `warning: ${safeText(medium.warning)}`)
        context.stdout.write(tableText(rowsOf(medium), undefined))
      }),
    )
}

function rowsOf(medium: InspectedMedium): readonly (readonly string[])[] {
  switch (medium.kind) {
    case 'disk':
      return [['disk', medium.format]]
    case 'kernel':
      return [['kernel', medium.architecture]]
    case 'iso': {
      const { os, volumeId } = medium
      if (os === undefined)
        return [
          ['CD image', volumeId],
          ['system', 'not known'],
        ]
      const { memoryMiB, cpus, diskGiB, firmware, diskBus, networkModel } = os.recommended
      return [
        ['CD image', volumeId],
        ['system', os.name],
        ['architecture', os.architecture ?? 'not said'],
        ['known by', os.knownBy],
        ['suits it', `${memoryMiB} MiB, ${cpus} CPUs, ${diskGiB} GiB disk, ${firmware}, ${diskBus}, ${networkModel}`],
        ...(os.endOfLife === undefined ? [] : [['end of life', os.endOfLife]]),
      ]
    }
  }
}
