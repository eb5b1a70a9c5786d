import { withoutDescriptors } from '../../system/process/without-descriptors.ts'
import { type CommandResult, runCommand } from '../../system/process/run-command.ts'
import { systemView } from './system-view.ts'

/**
 * The options of bwrap for a small program that reads files from outside or serves one machine: nothing of the host but
 * its programs, no network, no capabilities. Merged-/usr systems only, as all that Petri supports are.
 */
export const sandboxOptions: readonly string[] = [
  ...['--unshare-all', '--cap-drop', 'ALL', '--new-session', ...systemView, '--tmpfs', '/tmp'],
]

/** How long a call may take that only writes headers, in ms. */
const LIMIT_MS = 30_000

/** What of this host a run of qemu-img sees. */
interface SandboxedFiles {
  readonly readOnly: readonly string[]
  /** A folder in which files are made. */
  readonly writableFolder?: string
  /** Files that are changed in place. */
  readonly writable?: readonly string[]
}

interface SandboxedRun {
  readonly signal?: AbortSignal
  readonly timeoutMs?: number | undefined
}

/**
 * Runs qemu-img with the named files and with nothing else of this host: whatever a hostile image names, it is not
 * there. `timeoutMs` undefined: as long as it takes. Throws CommandError.
 */
export async function runQemuImg(
  args: readonly string[],
  files: SandboxedFiles,
  options: SandboxedRun = { timeoutMs: LIMIT_MS },
): Promise<CommandResult> {
  return await runSandboxed(['qemu-img', ...args], files, options)
}

/** The same for any program of this host that needs nothing but files. Throws CommandError. */
export async function runSandboxed(
  argv: readonly [string, ...string[]],
  files: SandboxedFiles,
  options: SandboxedRun,
): Promise<CommandResult> {
  const { readOnly, writable = [], writableFolder } = files
  return await runCommand(
    withoutDescriptors([
      ...['bwrap', ...sandboxOptions, '--die-with-parent'],
      ...(writableFolder === undefined ? [] : ['--bind', writableFolder, writableFolder]),
      ...writable.flatMap((path) => ['--bind', path, path]),
      ...[...readOnly.flatMap((path) => ['--ro-bind', path, path]), '--', ...argv],
    ]),
    {
      ...(options.signal && { signal: options.signal }),
      ...(options.timeoutMs !== undefined && { timeoutMs: options.timeoutMs }),
    },
  )
}
