import { Command } from 'commander'

import { type CliContext } from './cli-context.ts'
import { addContainerCommands } from './container-commands.ts'
import { addConsoleCommands } from './console-commands.ts'
import { addCreateCommand } from './create-command.ts'
import { addImageCommands } from './image-commands.ts'
import { addDetectCommand } from './detect-command.ts'
import { addDiskCommands } from './disk-commands.ts'
import { addJobCommands } from './job-commands.ts'
import { addLibraryCommands } from './library-commands.ts'
import { addLifeCommands } from './life-commands.ts'
import { addLiveCommands } from './live-commands.ts'
import { addScreenCommands } from './screen-commands.ts'
import { addProveBootCommand } from './prove-boot-command.ts'
import { addServeCommand } from './serve-command.ts'
import { addTemplateCommands } from './template-commands.ts'
import { addTrashCommands } from './trash-commands.ts'
import { addSetCommand } from './set-command.ts'
import { addShowCommands } from './show-commands.ts'
import { addShareCommands } from './share-commands.ts'
import { addSnapshotCommands } from './snapshot-commands.ts'
import { addStatsCommand } from './stats-command.ts'

/** The whole command line. Parsing throws `CommanderError` instead of ending the process. */
export function petriProgram(context: CliContext): Command {
  const program = new Command('petri')
    .description('Local labs of virtual machines')
    .version(context.version, '-V, --version')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
      getOutHelpWidth: () => context.stdout.columns ?? 100,
      getErrHelpWidth: () => context.stderr.columns ?? 100,
    })
    .addHelpText('after', '\nEnvironment: PETRI_HOME puts everything below one folder. NO_COLOR switches colours off.')
  addShowCommands(program, context)
  addCreateCommand(program, context)
  addDetectCommand(program, context)
  addSetCommand(program, context)
  addTemplateCommands(program, context)
  addLifeCommands(program, context)
  addLiveCommands(program, context)
  addConsoleCommands(program, context)
  addScreenCommands(program, context)
  addProveBootCommand(program, context)
  addLibraryCommands(program, context)
  addTrashCommands(program, context)
  addImageCommands(program, context)
  addDiskCommands(program, context)
  addJobCommands(program, context)
  addShareCommands(program, context)
  addSnapshotCommands(program, context)
  addContainerCommands(program, context)
  addServeCommand(program, context)
  addStatsCommand(program, context)
  return program
}
