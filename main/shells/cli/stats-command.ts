import { type CallResult } from '#contract/api'
import { type Command } from 'commander'

import { callApi, withSession } from './call-api.ts'
import { type CliContext } from './cli-context.ts'
import { findMachine } from './find-machine.ts'
import { printJson, printLine } from './print.ts'
import { safeText } from './safe-text.ts'
import { sizeText } from './size-text.ts'
import { tableText } from './table-text.ts'

type Stats = CallResult<'vm.stats'>

/** `petri stats`: what a machine uses now; `--json` has the last hour, too. */
export function addStatsCommand(program: Command, context: CliContext): void {
  const { signal, stdout } = context
  program
    .command('stats')
    .description('processor, memory, disks, network and addresses of a machine')
    .argument('<name>', 'name or id')
    .option('--json', 'print {samples, now}: the last hour, and this moment')
    .action((name: string, { json }: { readonly json?: boolean }) =>
      withSession(context, async (session) => {
        const machine = await findMachine(session, name, signal)
        const stats = await callApi(session, 'vm.stats', { id: machine.id }, signal)
        if (json) printJson(stdout, stats)
        else if (stats.now === undefined) printLine(context, `${safeText(machine.name)} is off.`)
        else stdout.write(tableText(statsRows(stats, stats.now), stdout.columns))
      }),
    )
}

function statsRows({ samples }: Stats, now: NonNullable<Stats['now']>): string[][] {
  const last = samples.at(-1)
  const { memory } = now
  const packets = last?.receivedPacketsPerSecond
  return [
    ['UP', `${Math.round(now.uptimeSeconds)} s`],
    [
      'CPU',
      `${last === undefined ? '' : `${Math.round(last.cpus * 100)} % of one, `}${Math.round(now.cpuSeconds)} s in all`,
    ],
    ['MEMORY HERE', `${sizeText(memory.residentBytes)} of ${sizeText(memory.machineBytes)}`],
    ...(memory.proportionalBytes === undefined ? [] : [['SHARED BY PART', sizeText(memory.proportionalBytes)]]),
    ...(memory.guestTotalBytes === undefined || memory.guestAvailableBytes === undefined
      ? []
      : [['IN THE GUEST', `${sizeText(memory.guestAvailableBytes)} available of ${sizeText(memory.guestTotalBytes)}`]]),
    ...(memory.balloonBytes === undefined ? [] : [['BALLOON LEAVES', sizeText(memory.balloonBytes)]]),
    ...now.drives.map(({ id, readBytes, writtenBytes, reads, writes }) => [
      `DRIVE ${safeText(id)}`,
      `read ${sizeText(readBytes)} (${reads}), written ${sizeText(writtenBytes)} (${writes})`,
    ]),
    ...(packets === undefined
      ? []
      : [['NETWORK', `${Math.round(packets)} packets/s in, ${Math.round(last?.sentPacketsPerSecond ?? 0)} out`]]),
    ...now.addresses.map(({ network, address, source }) => [
      `ADDRESS ${safeText(network)}`,
      source === 'seen' ? address : `${address} (offered; not seen yet)`,
    ]),
  ]
}
