import { withoutDescriptors } from '../../system/process/without-descriptors.ts'
import { runCommand } from '../../system/process/run-command.ts'

/**
 * The options of bwrap for a small program that reads files from outside or serves one machine: nothing of the host but
 * its programs, no network, no capabilities. Merged-/usr systems only, as all that Petri supports are.
 */
export const sandboxOptions: readonly string[] = [
  ...['--unshare-all', '--cap-drop', 'ALL', '--new-session', '--ro-bind', '/usr', '/usr'],
  ...['--symlink', 'usr/bin', '/bin', '--symlink', 'usr/lib', '/lib', '--symlink', 'usr/lib64', '/lib64'],
  ...['--ro-bind-try', '/etc/ld.so.cache', '/etc/ld.so.cache', '--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp'],
]

/** How long a call may take that only writes headers, in ms. */
const LIMIT_MS = 30_000

/**
 * Runs qemu-img with one input file and one folder to write to, and with nothing else of this host: whatever a hostile
 * image names, it is not there. Throws CommandError.
 */
export async function runQemuImg(
  args: readonly string[],
  files: { readonly readOnly: readonly string[]; readonly writableFolder: string },
): Promise<void> {
  const readOnly = files.readOnly.flatMap((path) => ['--ro-bind', path, path])
  const { writableFolder } = files
  await runCommand(
    withoutDescriptors([
      ...['bwrap', ...sandboxOptions, '--die-with-parent', '--bind', writableFolder, writableFolder],
      ...[...readOnly, '--', 'qemu-img', ...args],
    ]),
    { timeoutMs: LIMIT_MS },
  )
}
