import { resolve } from 'node:path'

import { type Command } from 'commander'

import { callApi, withSession } from './call-api.ts'
import { type CliContext, type PetriSession } from './cli-context.ts'
import { addContainerCreateCommand, architectureValue } from './container-create-command.ts'
import { addContainerRunCommands } from './container-run-commands.ts'
import { addContainerShowCommands } from './container-show-commands.ts'
import { findContainer } from './find-container.ts'
import { wholeNumberValue } from './option-values.ts'
import { printJson, printLine } from './print.ts'
import { safeText } from './safe-text.ts'
import { waitForJob } from './wait-for-job.ts'

interface JsonOption {
  readonly json?: boolean
}

/** The options of all moves; each command declares those that it has. */
interface MoveOptions extends JsonOption {
  readonly force?: boolean
  readonly timeout?: number
  readonly name?: string
  readonly to?: string
  readonly snapshot?: string
}

/** Everything about containers: `petri container …` and `petri exec`. */
export function addContainerCommands(program: Command, context: CliContext): void {
  program.enablePositionalOptions()
  const container = program.command('container').description('containers of this and of other architectures')
  container.enablePositionalOptions()
  const { signal, stdout } = context

  /** A command on one container that prints its entry after it, or a sentence. */
  const move = (
    command: Command,
    sentence: string,
    act: (session: PetriSession, id: string, options: MoveOptions) => Promise<unknown>,
  ): void => {
    command
      .argument('<name>', 'name or id')
      .option('--json', 'print the container, or what the call answers')
      .action((name: string, options: MoveOptions) =>
        withSession(context, async (session) => {
          const { id } = await findContainer(session, name, signal)
          const answer = await act(session, id, options)
          const entries = await callApi(session, 'container.list', {}, signal)
          if (options.json) printJson(stdout, answer ?? entries.find((entry) => entry.id === id))
          else printLine(context, `${safeText(name)} ${sentence}`)
        }),
      )
  }
  const nothing = (_result: unknown): undefined => undefined

  addContainerCreateCommand(container, context)
  addContainerRunCommands(program, container, context)
  addContainerShowCommands(program, container, context)

  move(container.command('start').description('start a container'), 'runs', async (session, id) =>
    nothing(await callApi(session, 'container.start', { id }, signal)),
  )
  move(
    container
      .command('stop')
      .description('ask its programs to end, and end them after a while')
      .option('--timeout <seconds>', 'how long they may take', wholeNumberValue(1, 600), 5)
      .option('--force', 'end them at once'),
    'is stopped',
    async (session, id, { force, timeout }) =>
      nothing(await callApi(session, 'container.stop', { id, deadlineMs: force ? 0 : (timeout ?? 5) * 1000 }, signal)),
  )
  move(container.command('freeze').description('hold all its programs'), 'is frozen', async (session, id) =>
    nothing(await callApi(session, 'container.freeze', { id }, signal)),
  )
  move(container.command('thaw').description('let a frozen container go on'), 'goes on', async (session, id) =>
    nothing(await callApi(session, 'container.thaw', { id }, signal)),
  )
  move(
    container.command('reset').description('throw away what changed since the newest snapshot, or since it was made'),
    'is as it was',
    async (session, id) => nothing(await callApi(session, 'container.reset', { id }, signal)),
  )
  move(
    container.command('snapshot').description('keep its present state under a name').option('--name <name>'),
    'has a new snapshot',
    async (session, id, { name }) =>
      await callApi(session, 'container.snapshot', name === undefined ? { id } : { id, name }, signal),
  )
  move(
    container
      .command('revert')
      .description('go back to a snapshot; what came later is lost')
      .requiredOption('--to <snapshot>', 'name or id'),
    'is back at the snapshot',
    async (session, id, { to = '' }) =>
      nothing(
        await callApi(
          session,
          'container.revert',
          { id, snapshotId: await snapshotId(context, session, id, to) },
          signal,
        ),
      ),
  )
  move(
    container
      .command('forget-snapshot')
      .description('delete a snapshot')
      .requiredOption('--snapshot <snapshot>', 'name or id'),
    'has one snapshot less',
    async (session, id, { snapshot = '' }) =>
      nothing(
        await callApi(
          session,
          'container.deleteSnapshot',
          { id, snapshotId: await snapshotId(context, session, id, snapshot) },
          signal,
        ),
      ),
  )
  move(
    container
      .command('clone')
      .description('make a copy that shares everything so far')
      .option('--name <name>', 'of the copy'),
    'has a copy',
    async (session, id, { name }) =>
      await callApi(session, 'container.clone', name === undefined ? { id } : { id, name }, signal),
  )
  move(
    container.command('rename').description('give it another name').requiredOption('--to <name>'),
    'has another name',
    async (session, id, { to = '' }) => nothing(await callApi(session, 'container.rename', { id, name: to }, signal)),
  )
  move(
    container.command('delete').description('move a stopped container to the trash'),
    'is in the trash; --json says how to get it back',
    async (session, id) => await callApi(session, 'container.delete', { id }, signal),
  )

  container
    .command('restore')
    .description('bring a deleted container back')
    .argument('<trash-id>')
    .option('--json', 'print {id}')
    .action((trashId: string, { json }: JsonOption) =>
      withSession(context, async (session) => {
        const restored = await callApi(session, 'container.restore', { trashId }, signal)
        if (json) printJson(stdout, restored)
        else printLine(context, `${restored.id} is back`)
      }),
    )

  container
    .command('export')
    .description('write its root file system as a tar file')
    .argument('<name>', 'name or id')
    .argument('<file>', 'ends in .tar, .tar.gz, .tar.zst or .tar.xz')
    .option('--json', 'print {path, sizeBytes}')
    .action((name: string, file: string, { json }: JsonOption) =>
      withSession(context, async (session) => {
        const { id } = await findContainer(session, name, signal)
        const path = resolve(context.workingFolder, file)
        const { jobId } = await callApi(session, 'container.export', { id, path }, signal)
        const job = await waitForJob(context, session, jobId)
        if (json) printJson(stdout, job.result)
        else printLine(context, safeText(job.summary))
      }),
    )

  container
    .command('measure')
    .description('measure on this host how fast an architecture is emulated')
    .argument('<architecture>', 'such as armhf', architectureValue)
    .option('--json', 'print {ways}')
    .action((architecture: ReturnType<typeof architectureValue>, { json }: JsonOption) =>
      withSession(context, async (session) => {
        const { jobId } = await callApi(session, 'container.measure', { architecture }, signal)
        const job = await waitForJob(context, session, jobId)
        if (json) printJson(stdout, job.result)
        else printLine(context, safeText(job.summary))
      }),
    )

  container
    .command('copy')
    .description('copy files of this host into a container')
    .argument('<name>', 'name or id')
    .argument('<files...>', 'files, and last the folder inside')
    .option('--json', 'print {copied}')
    .action((name: string, files: readonly string[], { json }: JsonOption) =>
      withSession(context, async (session) => {
        const { id } = await findContainer(session, name, signal)
        const paths = files.slice(0, -1).map((file) => resolve(context.workingFolder, file))
        const answer = await callApi(session, 'container.copyIn', { id, paths, folder: files.at(-1) ?? '/' }, signal)
        if (json) printJson(stdout, answer)
        else printLine(context, `Copied ${answer.copied} files`)
      }),
    )

  container
    .command('delete-base')
    .description('delete a root file system that no container needs')
    .argument('<base-id>')
    .action((baseId: string) =>
      withSession(context, async (session) => {
        await callApi(session, 'container.deleteBase', { baseId }, signal)
        printLine(context, `${safeText(baseId)} is deleted`)
      }),
    )
}

async function snapshotId(context: CliContext, session: PetriSession, id: string, wanted: string): Promise<string> {
  const { spec } = await callApi(session, 'container.show', { id }, context.signal)
  const found = spec?.snapshots.find((snapshot) => snapshot.id === wanted || snapshot.name === wanted)
  return found?.id ?? wanted
}
