import { resolve } from 'node:path'

import { type BinfmtEntry } from '#contract/elf'
import { type Command } from 'commander'

import { callApi, withSession } from './call-api.ts'
import { type CliContext } from './cli-context.ts'
import { containerStateText } from './container-state-text.ts'
import { architectureValue } from './container-create-command.ts'
import { explainFile } from './container-run-commands.ts'
import { findContainer } from './find-container.ts'
import { printJson, printLine } from './print.ts'
import { safeText } from './safe-text.ts'
import { tableText } from './table-text.ts'

interface JsonOption {
  readonly json?: boolean
}

/** Commands that look at containers and at binfmt_misc, and change nothing. */
export function addContainerShowCommands(program: Command, container: Command, context: CliContext): void {
  const { signal, stdout } = context
  const mebibytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`

  container
    .command('list')
    .description('all containers and their states')
    .option('--json', 'print [{id, name, architecture, badge, baseLabel, state}]')
    .action(({ json }: JsonOption) =>
      withSession(context, async (session) => {
        const entries = await callApi(session, 'container.list', {}, signal)
        if (json) return printJson(stdout, entries)
        if (entries.length === 0)
          return printLine(
            context,
            'There are no containers. Make one: petri container create NAME --arch armhf --from debian:bookworm',
          )
        const rows = entries.map((entry) => [
          entry.name,
          entry.id,
          containerStateText(entry.state),
          entry.badge,
          entry.damaged ?? entry.baseLabel,
        ])
        stdout.write(tableText([['NAME', 'ID', 'STATE', 'RUNS', 'FROM'], ...rows], stdout.columns))
      }),
    )

  container
    .command('show')
    .description('everything about one container')
    .argument('<name>', 'name or id')
    .option('--config', 'print the configuration that LXC gets')
    .option('--json', 'print {entry, spec, folder, ownBytes, configuration, limitsInForce}')
    .action((name: string, { json, config }: JsonOption & { readonly config?: boolean }) =>
      withSession(context, async (session) => {
        const { id } = await findContainer(session, name, signal)
        const shown = await callApi(session, 'container.show', { id }, signal)
        if (json) return printJson(stdout, shown)
        if (config) return void stdout.write(shown.configuration)
        const { entry, spec } = shown
        const rows = [
          ['Name', entry.name],
          ['Id', entry.id],
          ['State', containerStateText(entry.state)],
          ['Runs', entry.badge],
          ['From', entry.baseLabel],
          ['Folder', shown.folder],
          ['Own changes', mebibytes(shown.ownBytes)],
          ...(spec?.snapshots ?? []).map((snapshot) => [
            'Snapshot',
            `${snapshot.name} (${snapshot.id}), ${snapshot.at}`,
          ]),
          ...(spec?.mounts ?? []).map((mount) => [
            'Mount',
            `${mount.hostPath} at ${mount.containerPath}${mount.readOnly ? ', read-only' : ''}`,
          ]),
          ...(entry.state.kind === 'running'
            ? [
                ['Process 1', String(entry.state.pid)],
                ['Network', entry.state.network],
                ['Emulator', entry.state.route],
              ]
            : []),
        ]
        stdout.write(tableText(rows, undefined))
      }),
    )

  container
    .command('ps')
    .description('its processes, as seen inside and by the host')
    .argument('<name>', 'name or id')
    .option('--json', 'print [{pid, hostPid, user, command, hostCommand, memoryBytes}]')
    .action((name: string, { json }: JsonOption) =>
      withSession(context, async (session) => {
        const { id } = await findContainer(session, name, signal)
        const found = await callApi(session, 'container.processes', { id }, signal)
        if (json) return printJson(stdout, found)
        const rows = found.map((each) => [
          String(each.pid),
          String(each.user),
          mebibytes(each.memoryBytes),
          each.command,
          String(each.hostPid),
          each.hostCommand,
        ])
        stdout.write(
          tableText([['PID', 'USER', 'MEMORY', 'COMMAND', 'HOST PID', 'HOST COMMAND'], ...rows], stdout.columns),
        )
      }),
    )

  container
    .command('log')
    .description("what LXC and the container's process 1 said")
    .argument('<name>', 'name or id')
    .option('--json', 'print {text}')
    .action((name: string, { json }: JsonOption) =>
      withSession(context, async (session) => {
        const { id } = await findContainer(session, name, signal)
        const log = await callApi(session, 'container.log', { id }, signal)
        if (json) return printJson(stdout, log)
        for (const line of log.text.split('\n')) printLine(context, safeText(line))
      }),
    )

  container
    .command('usage')
    .description('what a container uses now')
    .argument('<name>', 'name or id')
    .option('--json', 'print {processes, memoryBytes, cpuSeconds, failures}')
    .action((name: string, { json }: JsonOption) =>
      withSession(context, async (session) => {
        const { id } = await findContainer(session, name, signal)
        const usage = await callApi(session, 'container.usage', { id }, signal)
        if (json) return printJson(stdout, usage)
        printLine(
          context,
          `${usage.processes} processes, ${mebibytes(usage.memoryBytes)}, ${usage.cpuSeconds.toFixed(1)} s of processor time`,
        )
      }),
    )

  container
    .command('cores')
    .description('core dumps in a container, with the command that opens them')
    .argument('<name>', 'name or id')
    .option('--json', 'print [{path, sizeBytes, command}]')
    .action((name: string, { json }: JsonOption) =>
      withSession(context, async (session) => {
        const { id } = await findContainer(session, name, signal)
        const cores = await callApi(session, 'container.cores', { id }, signal)
        if (json) return printJson(stdout, cores)
        if (cores.length === 0) printLine(context, 'There are none.')
        for (const { path, command } of cores) printLine(context, `${safeText(path)}\n  ${safeText(command)}`)
      }),
    )

  container
    .command('bases')
    .description('root file systems that are unpacked here')
    .option('--json', 'print [{id, label, architecture, sizeBytes, entries, leftOut, usedBy}]')
    .action(({ json }: JsonOption) =>
      withSession(context, async (session) => {
        const bases = await callApi(session, 'container.bases', {}, signal)
        if (json) return printJson(stdout, bases)
        const rows = bases.map((base) => [
          base.id,
          base.architecture,
          mebibytes(base.sizeBytes),
          base.label,
          base.usedBy.join(', '),
        ])
        stdout.write(tableText([['ID', 'ARCH', 'SIZE', 'FROM', 'USED BY'], ...rows], stdout.columns))
      }),
    )

  container
    .command('ways')
    .description('container, machine or cross compiler: what each costs on this host')
    .argument('<architecture>', 'such as armhf', architectureValue)
    .option('--json', 'print [{way, cpu, syscalls, files, notes}]')
    .action((architecture: ReturnType<typeof architectureValue>, { json }: JsonOption) =>
      withSession(context, async (session) => {
        const ways = await callApi(session, 'container.ways', { architecture }, signal)
        if (json) return printJson(stdout, ways)
        for (const { way, cpu, syscalls, files, notes } of ways) {
          const figures =
            cpu === undefined
              ? 'not measured'
              : `${cpu}× CPU${syscalls === undefined ? '' : `, ${syscalls}× system calls, ${files ?? '?'}× files`}`
          printLine(context, `${way}: ${figures}`)
          for (const note of notes) printLine(context, `    ${note}`)
        }
      }),
    )

  program
    .command('binfmt')
    .description('which programs of other architectures run here, and why a file does not')
    .argument('[file]', 'say what this file is and whether it runs')
    .option('--json', 'print {host, containers, emulators, own, systemWide}, or the report on the file')
    .action((file: string | undefined, { json }: JsonOption) => {
      if (file !== undefined) return explainFile(context, resolve(context.workingFolder, file), json === true)
      return withSession(context, async (session) => {
        const report = await callApi(session, 'binfmt.show', {}, signal)
        if (json) return printJson(stdout, report)
        printLine(context, `Registered on this host: ${report.host.entries.length === 0 ? 'nothing' : ''}`)
        stdout.write(entriesText(report.host.entries))
        for (const { name, entries } of report.containers) {
          printLine(context, `In the container ${safeText(name)}:`)
          stdout.write(entriesText(entries))
        }
        printLine(
          context,
          `In a namespace of its own: ${report.own.works ? 'works' : 'does not work'} — ${safeText(report.own.why)}`,
        )
        printLine(context, 'Emulators:')
        stdout.write(
          tableText(
            report.emulators.map(({ architecture, path, version }) => [`  ${architecture}`, path, version]),
            undefined,
          ),
        )
        printLine(context, `${report.systemWide.text}\n  ${report.systemWide.command}`)
      })
    })
}

function entriesText(entries: readonly BinfmtEntry[]): string {
  const rows = entries.map((entry) => [
    `  ${entry.name}`,
    entry.enabled ? 'on' : 'off',
    `${entry.interpreter}${entry.interpreterThere ? '' : ' (missing)'}`,
    entry.flags,
  ])
  return tableText(rows, undefined)
}
