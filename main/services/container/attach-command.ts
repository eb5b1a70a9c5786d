import { rm } from 'node:fs/promises'
import { join } from 'node:path'

import type { ContainerSpec } from '#contract/container'
import { CHARACTERS } from '../../domain/container/lxc-config.ts'
import type { ContainerFolders } from './container-folders.ts'
import type { ContainerRecord } from './container-record.ts'
import { resolveInside } from './inspect-root.ts'

export interface ExecRequest {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly workingFolder?: string | undefined
  readonly user: number
  readonly strace: boolean
  readonly gdbPort?: number | undefined
  readonly cpuModel?: string | undefined
  /** It runs in a terminal. */
  readonly terminal?: boolean
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** The argv that runs a request inside a running container. No descriptor but the standard ones may reach it. */
export async function attachCommand(
  spec: ContainerSpec,
  record: ContainerRecord,
  folders: ContainerFolders,
  request: ExecRequest,
): Promise<readonly string[]> {
  const roots = layersOf(spec, folders)
  const inside = request.argv.length > 0 ? request.argv : await shellOf(roots)
  const emulated = record.route !== 'native'
  const door = request.gdbPort === undefined ? undefined : debugDoor(record, request.gdbPort)
  // What an emulator that was killed left there would keep the next one out.
  if (door?.socket !== undefined) await rm(join(folders.runtime(spec.id), 'shared', door.socket), { force: true })
  const cpuModel = request.cpuModel ?? spec.cpuModel
  const variables: Record<string, string> = {
    PATH,
    HOME: request.user === 0 ? '/root' : '/',
    USER: request.user === 0 ? 'root' : String(request.user),
    // It costs an emulated program a third of its start; who reads text on a screen wants it all the same.
    ...((request.argv.length === 0 || request.terminal === true) && { LC_CTYPE: CHARACTERS }),
    TERM: 'xterm-256color',
    container: 'lxc',
    // The emulator reads these itself; see the manual of qemu-user.
    ...(emulated && cpuModel !== undefined && { QEMU_CPU: cpuModel }),
    ...(emulated && request.strace && { QEMU_STRACE: '1' }),
    ...(emulated && door !== undefined && { QEMU_GDB: door.inside }),
    ...request.env,
  }
  const folder = request.workingFolder
  // lxc-attach has no option for the folder; the words after the script are never read as shell.
  const placed = folder === undefined ? inside : ['/bin/sh', '-c', 'cd "$0" && exec "$@"', folder, ...inside]
  const [program = '', ...args] = placed
  const command =
    record.route === 'explicit'
      ? ['/dev/.petri/emulator', '-0', program, await fullPath(roots, program), ...args]
      : placed
  return [
    ...['lxc-attach', '-n', spec.id, '-P', folders.lxc, '--clear-env'],
    ...Object.entries(variables).flatMap(([name, value]) => ['--set-var', `${name}=${value}`]),
    ...(request.user === 0 ? [] : ['--uid', String(request.user), '--gid', String(request.user)]),
    ...['--', ...command],
  ]
}

/** The debugger's command line for a request that waits for one; undefined: it does not. */
export async function debuggerCommand(
  spec: ContainerSpec,
  record: ContainerRecord,
  folders: ContainerFolders,
  request: ExecRequest,
): Promise<readonly string[] | undefined> {
  if (request.gdbPort === undefined || record.route === 'native' || record.init === undefined) return undefined
  const roots = layersOf(spec, folders)
  const [program = ''] = request.argv.length > 0 ? request.argv : await shellOf(roots)
  // The container's files as its own processes see them.
  const root = `/proc/${record.init.pid}/root`
  const { port, socket } = debugDoor(record, request.gdbPort)
  const target = socket === undefined ? `127.0.0.1:${port}` : join(folders.runtime(spec.id), 'shared', socket)
  return [
    'gdb-multiarch',
    ...['-ex', `set sysroot ${root}`, '-ex', `file ${root}${await fullPath(roots, program)}`],
    ...['-ex', `target remote ${target}`],
  ]
}

/** Where the emulator waits for a debugger: at a port that it shares with the host, else at a socket in the shared folder. */
function debugDoor({ network }: ContainerRecord, port: number) {
  if (network === 'host') return { port, socket: undefined, inside: String(port) }
  const socket = `gdb-${port}`
  return { port, socket, inside: `/dev/.petri/run/${socket}` }
}

/** The folders that make up a container's root, newest first. */
export function layersOf(spec: ContainerSpec, folders: ContainerFolders): readonly string[] {
  return [folders.upper(spec.id), ...[...spec.layers.toReversed(), spec.baseId].map((id) => `${folders.base(id)}/fs`)]
}

async function shellOf(roots: readonly string[]): Promise<readonly string[]> {
  for (const shell of ['/bin/bash', '/bin/ash', '/bin/sh'])
    if ((await resolveInside(roots, shell)) !== undefined) return [shell, '-l']
  return ['/bin/sh']
}

async function fullPath(roots: readonly string[], program: string): Promise<string> {
  if (program.includes('/')) return program
  for (const folder of PATH.split(':'))
    if ((await resolveInside(roots, `${folder}/${program}`)) !== undefined) return `${folder}/${program}`
  return program
}
