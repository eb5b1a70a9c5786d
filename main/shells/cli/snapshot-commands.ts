import { type Command } from 'commander'

import { callApi, withSession } from './call-api.ts'
import { type CliContext, type PetriSession } from './cli-context.ts'
import { findMachine } from './find-machine.ts'
import { findSnapshot } from './find-snapshot.ts'
import { isConfirmed } from './is-confirmed.ts'
import { printJson, printLine } from './print.ts'
import { safeText } from './safe-text.ts'
import { snapshotListText } from './snapshot-list-text.ts'
import { waitForJob } from './wait-for-job.ts'

interface JobOptions {
  readonly json?: boolean
  readonly detach?: boolean
}

/** States of machines that one can go back to, and copies of machines. */
export function addSnapshotCommands(program: Command, context: CliContext): void {
  const { signal, stdout } = context
  const snapshot = program.command('snapshot').description('states of a machine that it can go back to')
  const jobCommand = (parent: Command, name: string, description: string): Command =>
    parent
      .command(name)
      .description(description)
      .argument('<name>', 'name or id of the machine')
      .option('--detach', 'do not wait for the job')
      .option('--json', 'print {jobId, result}')

  /** Waits for a job and prints what came of it. */
  const follow = async (session: PetriSession, jobId: string, { json, detach }: JobOptions): Promise<void> => {
    const done = detach ? undefined : await waitForJob(context, session, jobId)
    if (json) printJson(stdout, { jobId, ...(done && { result: done.result }) })
    else printLine(context, safeText(done?.summary ?? `Began ${jobId}`))
  }

  jobCommand(snapshot, 'create', 'keep the present state; of a running machine with its memory')
    .argument('[snapshot]', 'name of the snapshot; without it, the next number')
    .option('--notes <text>', 'what it is good for')
    .option('--no-memory', 'keep the disks alone, as after a power cut')
    .action(
      (name: string, title: string | undefined, options: JobOptions & { notes?: string; readonly memory: boolean }) =>
        withSession(context, async (session) => {
          const { id } = await findMachine(session, name, signal)
          const { notes, memory } = options
          const wish = {
            id,
            memory,
            ...(title !== undefined && { name: title }),
            ...(notes !== undefined && { notes }),
          }
          const { jobId } = await callApi(session, 'snapshot.create', wish, signal)
          await follow(session, jobId, options)
        }),
    )

  snapshot
    .command('list')
    .description('the snapshots of a machine as a tree, and where it stands')
    .argument('<name>', 'name or id of the machine')
    .option('--json', 'print {snapshots, here, problems, …}')
    .action((name: string, { json }: JobOptions) =>
      withSession(context, async (session) => {
        const { id } = await findMachine(session, name, signal)
        const listing = await callApi(session, 'snapshot.list', { id }, signal)
        if (json) return printJson(stdout, listing)
        if (listing.snapshots.length === 0)
          printLine(context, `There are no snapshots. Make one: petri snapshot create ${id}`)
        else stdout.write(snapshotListText(listing, stdout.columns))
        for (const { file, reason } of listing.damaged)
          printLine(context, safeText(`${file} cannot be read: ${reason}`))
      }),
    )

  snapshot
    .command('show')
    .description('one snapshot, and what going back to it would mean now')
    .argument('<name>', 'name or id of the machine')
    .argument('<snapshot>', 'its name or id')
    .option('--json', 'print {snapshot, spec, outlook}')
    .action((name: string, wanted: string, { json }: JobOptions) =>
      withSession(context, async (session) => {
        const { id } = await findMachine(session, name, signal)
        const { id: snapshotId } = await findSnapshot(session, id, wanted, signal)
        const shown = await callApi(session, 'snapshot.show', { id, snapshotId }, signal)
        const outlook = await callApi(session, 'snapshot.outlook', { id, snapshotId, action: 'revert' }, signal)
        if (json) return printJson(stdout, { ...shown, outlook })
        const { snapshot: found } = shown
        printLine(context, safeText(`${found.name} (${found.id}), made ${found.createdAt}`))
        if (found.notes !== '') printLine(context, safeText(found.notes))
        printLine(context, found.memory ? 'With the guest’s memory.' : 'Disks alone.')
        for (const line of [...outlook.losses, ...outlook.effects, ...outlook.problems.map(({ message }) => message)])
          printLine(context, `- ${safeText(line)}`)
      }),
    )

  jobCommand(snapshot, 'revert', 'go back to a snapshot; the present state is kept as one before')
    .argument('<snapshot>', 'its name or id')
    .option('--no-memory', 'its disks alone: the machine is then off')
    .option('--no-keep', 'do not keep the present state')
    .option('-y, --yes', 'do not ask')
    .action(
      (
        name: string,
        wanted: string,
        options: JobOptions & { readonly memory: boolean; readonly keep: boolean; readonly yes?: boolean },
      ) =>
        withSession(context, async (session) => {
          const { id } = await findMachine(session, name, signal)
          const { id: snapshotId } = await findSnapshot(session, id, wanted, signal)
          const { losses } = await callApi(session, 'snapshot.outlook', { id, snapshotId, action: 'revert' }, signal)
          const asks = context.stdin.isTTY === true && !options.yes && !options.json && losses.length > 0
          if (asks && !(await isConfirmed(context, `${losses.map((loss) => safeText(loss)).join('\n')}\nGo back?`)))
            return printLine(context, 'Nothing was changed.')
          const wish = { id, snapshotId, memory: options.memory, keepPresent: options.keep }
          const { jobId } = await callApi(session, 'snapshot.revert', wish, signal)
          await follow(session, jobId, options)
        }),
    )

  jobCommand(snapshot, 'delete', 'delete one state; those made after it stay')
    .argument('<snapshot>', 'its name or id')
    .option('-y, --yes', 'do not ask')
    .action((name: string, wanted: string, options: JobOptions & { readonly yes?: boolean }) =>
      withSession(context, async (session) => {
        const { id } = await findMachine(session, name, signal)
        const found = await findSnapshot(session, id, wanted, signal)
        const asks = context.stdin.isTTY === true && !options.yes && !options.json
        if (asks && !(await isConfirmed(context, `Delete the state "${safeText(found.name)}" for good?`)))
          return printLine(context, 'Nothing was deleted.')
        const { jobId } = await callApi(session, 'snapshot.delete', { id, snapshotId: found.id }, signal)
        await follow(session, jobId, options)
      }),
    )

  snapshot
    .command('note')
    .description('give a snapshot another name or other notes')
    .argument('<name>', 'name or id of the machine')
    .argument('<snapshot>', 'its name or id')
    .option('--name <new-name>', 'its new name')
    .option('--notes <text>', 'its new notes')
    .option('--json', 'print the snapshot')
    .action((name: string, wanted: string, options: JobOptions & { readonly name?: string; readonly notes?: string }) =>
      withSession(context, async (session) => {
        const { id } = await findMachine(session, name, signal)
        const { id: snapshotId } = await findSnapshot(session, id, wanted, signal)
        const change = {
          ...(options.name !== undefined && { name: options.name }),
          ...(options.notes !== undefined && { notes: options.notes }),
        }
        await callApi(session, 'snapshot.note', { id, snapshotId, ...change }, signal)
        const { snapshot: now } = await callApi(session, 'snapshot.show', { id, snapshotId }, signal)
        if (options.json) printJson(stdout, now)
        else printLine(context, safeText(`${now.name}${now.notes === '' ? '' : `: ${now.notes}`}`))
      }),
    )

  jobCommand(program, 'clone', 'make another machine of a machine, or of one of its snapshots')
    .argument('[new-name]', 'name of the clone')
    .option('--name <new-name>', 'the same')
    .option('--linked', 'keep only what differs from the source, which must then stay')
    .option('--snapshot <snapshot>', 'of this state instead of the present one: its name or id')
    .action(
      (
        name: string,
        newName: string | undefined,
        options: JobOptions & { readonly name?: string; readonly linked?: boolean; readonly snapshot?: string },
      ) =>
        withSession(context, async (session) => {
          const { id } = await findMachine(session, name, signal)
          const cloneName = options.name ?? newName
          const of =
            options.snapshot === undefined ? undefined : await findSnapshot(session, id, options.snapshot, signal)
          const wish = {
            id,
            kind: options.linked ? ('linked' as const) : ('full' as const),
            ...(cloneName !== undefined && { name: cloneName }),
            ...(of && { snapshotId: of.id }),
          }
          const { jobId } = await callApi(session, 'vm.clone', wish, signal)
          await follow(session, jobId, options)
        }),
    )
}
