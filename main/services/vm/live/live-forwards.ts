import { z } from 'zod'

import { backendId, forwardText } from '../../../domain/qemu/network-options.ts'
import { parseUsernet, type UsernetRow } from '../../../domain/qemu/parse-usernet.ts'
import { portHolder } from '../../../system/net/port-holder.ts'
import type { PortForward, VmSpec } from '#contract/vm-spec'
import { RefusedError } from '../../refused-error.ts'
import type { VmSession } from '../vm-session.ts'

/** Opens a port of this host. Throws RefusedError that names who holds it, when somebody does. */
export async function openForward(
  session: VmSession,
  network: VmSpec['networks'][number],
  forward: PortForward,
): Promise<void> {
  refuseTakenPort(forward)
  const answer = await monitorText(session, `hostfwd_add ${backendId(network)} ${forwardText(forward)}`)
  if (answer === '') return
  refuseTakenPort(forward)
  throw new RefusedError({
    code: 'command-failed',
    title: `Port ${portText(forward)} of this host could not be opened`,
    evidence: answer,
    ...(forward.hostPort < 1024 && {
      cause: 'Ports below 1024 are the system’s on most hosts.',
      cure: { text: 'Choose a port from 1024 on.' },
    }),
  })
}

/** Closes a port of this host. That it is closed already is no failure. */
export async function closeForward(
  session: VmSession,
  network: VmSpec['networks'][number],
  { protocol, hostAddress, hostPort }: PortForward,
): Promise<void> {
  const answer = await monitorText(
    session,
    `hostfwd_remove ${backendId(network)} ${protocol}:${hostAddress}:${hostPort}`,
  )
  if (/ removed$| not found$/.test(answer)) return
  throw new RefusedError({
    code: 'command-failed',
    title: `Port ${protocol}:${hostPort} of this host could not be closed`,
    evidence: answer,
  })
}

/** The sockets of the machine's user networking, open ports of this host among them. */
export async function usernetRows(session: VmSession): Promise<readonly UsernetRow[]> {
  return parseUsernet(await monitorText(session, 'info usernet'))
}

/** Whether QEMU listens for a forward of this card now. */
export function isForwardOpen(
  rows: readonly UsernetRow[],
  network: VmSpec['networks'][number],
  { protocol, hostAddress, hostPort }: PortForward,
): boolean {
  return rows.some(
    (row) =>
      row.state === 'HOST_FORWARD' &&
      row.netdev === backendId(network) &&
      row.protocol === protocol &&
      row.sourceAddress === hostAddress &&
      row.sourcePort === hostPort,
  )
}

/** The readline monitor's answer: its errors are text like everything else it says. */
async function monitorText(session: VmSession, command: string): Promise<string> {
  return z
    .string()
    .parse(await session.execute('human-monitor-command', { 'command-line': command }))
    .trim()
}

function refuseTakenPort(forward: PortForward): void {
  const holder = portHolder(forward.protocol, forward.hostPort)
  if (holder === undefined) return
  throw new RefusedError({
    code: 'in-use',
    title: `Port ${portText(forward)} of this host is taken`,
    evidence: `${portText(forward)} is held by ${holder}`,
    cure: { text: 'Stop that, or choose another host port.' },
  })
}

const portText = ({ protocol, hostPort }: PortForward) => `${protocol}:${hostPort}`
