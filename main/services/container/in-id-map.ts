import type { IdMap } from '../../domain/container/lxc-config.ts'
import { withoutDescriptors } from '../../system/process/without-descriptors.ts'
import { type CommandResult, runCommand } from '../../system/process/run-command.ts'
import { systemView } from '../qemu/system-view.ts'

/**
 * A command that runs as root of the users that containers have, in a user namespace of its own: what it writes belongs
 * to the container's users. It dies with its parent.
 */
export function inIdMap(idMap: IdMap, argv: readonly string[]): readonly [string, ...string[]] {
  const users = idMap.users.flatMap(({ inside, outside, count }) => ['-m', `u:${inside}:${outside}:${count}`])
  const groups = idMap.groups.flatMap(({ inside, outside, count }) => ['-m', `g:${inside}:${outside}:${count}`])
  return withoutDescriptors([
    'lxc-usernsexec',
    ...users,
    ...groups,
    '--',
    'setpriv',
    '--pdeathsig',
    'KILL',
    '--',
    ...argv,
  ])
}

/** Runs such a command to its end. Throws CommandError. */
export async function runInIdMap(
  idMap: IdMap,
  argv: readonly string[],
  options: {
    signal?: AbortSignal
    timeoutMs?: number
    env?: Record<string, string>
    input?: string
    onOutput?: (chunk: string) => void
  } = {},
): Promise<CommandResult> {
  return await runCommand(inIdMap(idMap, argv), options)
}

/**
 * In front of a command that reads an archive from outside, within `inIdMap`: it sees the host's programs, the one file and
 * the one folder, has no network, and of root's rights only those that concern files.
 */
export function unpackSandbox(archive: string, folder: string): readonly string[] {
  return [
    ...[
      'bwrap',
      '--unshare-pid',
      '--unshare-net',
      '--unshare-ipc',
      '--unshare-uts',
      '--new-session',
      '--die-with-parent',
    ],
    ...['--cap-drop', 'ALL', '--cap-add', 'CAP_CHOWN', '--cap-add', 'CAP_FOWNER', '--cap-add', 'CAP_FSETID'],
    ...[
      '--cap-add',
      'CAP_DAC_OVERRIDE',
      ...systemView,
      '--ro-bind',
      archive,
      '/archive',
      '--bind',
      folder,
      '/into',
      '--chdir',
      '/into',
      '--',
    ],
  ]
}

/** Removes folders whose files belong to users of containers. */
export async function removeInIdMap(idMap: IdMap, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return
  // What a container forbade itself (mode 0) root of the namespace may remove all the same.
  await runInIdMap(idMap, ['rm', '-rf', '--one-file-system', '--', ...paths], { timeoutMs: 600_000 })
}
